"""What CP-VAE and UP-VAE share: bound, sampling and density of a conditional VAE.

For parameters theta, data y and a latent z, both train an encoder ``q(z | theta, y)``, a prior on z
and a decoder ``p(theta | z, y)`` by a lower bound of ``log p(theta | y)``, and sample a posterior by
``z ~ prior``, ``theta ~ decoder``: one network pass for any number of draws.
"""

import keras
import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp

from .conditional_gaussian import mlp
from .decoder import DECODERS, Decoder, resolve_decoder
from .encoder import Encoder
from .parameter_transform import ParameterTransform
from .presets import setting
from .seeding import stateless_seed
from .standardizer import Standardizer
from .support import Support


class PosteriorVAE(keras.Layer):
    """Base of `ConditionalPriorVAE` and `UnconditionalPriorVAE`; they document the arguments."""

    # The decoder's second condition: CP-VAE may go without it.
    decoder_sees_data = True
    data_weight = 0.0

    def __init__(
        self,
        latent_dim=None,
        support=None,
        decoder=None,
        num_components=8,
        num_importance=None,
        kl_warmup=None,
        widths=None,
        activation="silu",
        encoder_net=None,
        decoder_net=None,
        preset="default",
        seed=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.latent_dim = latent_dim
        self.bounds = None if support is None else [np.asarray(b).tolist() for b in support]
        self.decoder_kind = setting("decoder", decoder, preset)
        self.num_components = int(num_components)
        self.num_importance = int(setting("num_importance", num_importance, preset))
        self.kl_warmup = int(setting("kl_warmup", kl_warmup, preset))
        self.widths = [int(w) for w in setting("widths", widths, preset)]
        self.activation = activation
        self.encoder_net, self.decoder_net = encoder_net, decoder_net
        self.preset = preset
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        self._check_arguments()

    def _check_arguments(self):
        if self.num_importance < 1:
            raise ValueError(f"num_importance must be at least 1, got {self.num_importance}.")
        if self.latent_dim is not None and self.latent_dim < 1:
            raise ValueError(f"latent_dim must be at least 1, got {self.latent_dim}.")
        if self.kl_warmup < 0:
            raise ValueError(f"kl_warmup counts training steps, 0 or more, got {self.kl_warmup}.")
        if self.bounds is not None:
            Support(*self.bounds)
        if self.decoder_kind not in ("auto", *DECODERS):
            names = ("auto", *DECODERS)
            raise ValueError(f"decoder must be one of {names}, got {self.decoder_kind!r}.")

    # --- construction -----------------------------------------------------------------------

    def build(self, theta_shape, y_shape):
        d, m = theta_shape[-1], y_shape[-1]
        support = Support.of(self.bounds, d)
        kind = resolve_decoder(self.decoder_kind, support)
        box = "affine" if kind == "truncated" else "logit"
        if self.latent_dim is None:
            self.latent_dim = max(4, d)
        self.theta_transform = ParameterTransform(self.bounds, box)
        self.theta_transform.build((None, d))
        self.y_standardizer = Standardizer()
        self.y_standardizer.build((None, m))

        self.encoder = Encoder(self.latent_dim, self.encoder_net or self._mlp())
        self.encoder.build(d + m)
        self.prior = self._make_prior()
        self.prior.build(m)
        bounds = self.theta_transform.bounds_u
        subnet = self.decoder_net or self._mlp()
        self.decoder = Decoder(kind, bounds, self.num_components, subnet)
        self.decoder.build(self.latent_dim + (m if self.decoder_sees_data else 0))
        self.step = self.add_weight(name="step", initializer="zeros", trainable=False)
        self.built = True

    def _mlp(self):
        return mlp(self.widths, self.activation)

    def _make_prior(self):
        raise NotImplementedError

    def _data_log_prob(self, y, z):
        """``log p(y | z)``, up to ``data_weight``; only the UP-VAE has a data decoder."""
        raise NotImplementedError

    def adapt(self, theta, y) -> None:
        """Fix the standardization from all simulations: (n, d) parameters and (n, m) data."""
        self.theta_transform.adapt(theta)
        self.y_standardizer.adapt(y)

    # --- training ---------------------------------------------------------------------------

    @property
    def is_warming_up(self) -> bool:
        """Whether the weight of the KL term is still below 1."""
        return bool(self.step.numpy() < self.kl_warmup)

    def kl_weight(self) -> tf.Tensor:
        """Weight of the KL term in training: rises from 0.001 to 1 in ``kl_warmup`` steps.

        Without the rise the latent collapses on multimodal posteriors: the KL term is paid at once,
        while the decoder has not yet learned to use z.
        """
        if self.kl_warmup == 0:
            return tf.constant(1.0)
        return tf.clip_by_value(tf.convert_to_tensor(self.step) / self.kl_warmup, 1e-3, 1.0)

    def compute_metrics(self, theta, y, sample_weight=None, training=False, seed=None) -> dict:
        """Loss and its parts, averaged over the batch, in nats per simulation.

        Parameters
        ----------
        theta : tf.Tensor of shape (batch, d)
        y : tf.Tensor of shape (batch, m)
        sample_weight : tf.Tensor of shape (batch,), optional
        training : bool, optional, default: False
            Updates the standardization (unless adapted) and applies the KL warm-up.
        seed : int, optional
            Default: the network's own generator.

        Returns
        -------
        dict of scalar tf.Tensor
            ``loss`` (the negative bound), ``reconstruction`` (``-log p(theta | z, y)``), ``kl``, and
            for a UP-VAE with ``data_weight > 0`` ``data_reconstruction`` (``-log p(y | z)``).
        """
        kl_weight = tf.constant(1.0)
        if training:
            self.theta_transform.update(theta)
            self.y_standardizer.update(y)
            kl_weight = self.kl_weight()
            self.step.assign_add(1.0)
        terms = self.bound_terms(theta, y, self.num_importance, seed, training)
        log_weights = terms["log_theta"] - kl_weight * terms["kl"]
        if self.data_weight:
            log_weights += self.data_weight * terms["log_y"]

        def average(values):
            values = tf.reduce_mean(values, axis=0) if values.shape.rank == 2 else values
            if sample_weight is None:
                return tf.reduce_mean(values)
            weight = tf.cast(tf.reshape(sample_weight, (-1,)), values.dtype)
            return tf.reduce_sum(weight * values) / tf.reduce_sum(weight)

        bound = tfp.math.reduce_logmeanexp(log_weights, axis=0)
        metrics = {"loss": average(-bound), "reconstruction": average(-terms["log_theta"])}
        metrics["kl"] = average(terms["kl"])
        if self.data_weight:
            metrics["data_reconstruction"] = average(-terms["log_y"])
        return metrics

    def bound_terms(self, theta, y, num_importance, seed=None, training=False) -> dict:
        """The terms of the bound for each of K latent draws ``z_k ~ q(z | theta, y)``.

        Returns
        -------
        dict of tf.Tensor of shape (K, batch)
            ``log_theta``: ``log p(theta | z_k, y)`` in the units of theta. ``kl``: for K = 1 the
            closed form where there is one, otherwise ``log q(z_k | theta, y) - log p(z_k)``.
            ``log_y``: ``log p(y | z_k)`` of the standardized data, if there is a data decoder.
        """
        u, log_det = self.theta_transform(theta)
        y = self.y_standardizer(y)
        q = self.encoder.distribution(u, y, training=training)
        p = self.prior.distribution(y, training=training)
        z = q.sample(num_importance, seed=stateless_seed(seed, self.seed_generator))
        decoder = self._decode(z, y, training)
        terms = {"log_theta": decoder.log_prob(_tile(u, z)), "kl": _kl(q, p, z)}
        terms["log_theta"] = tf.reshape(terms["log_theta"], tf.shape(z)[:2]) + log_det
        if self.data_weight:
            terms["log_y"] = self._data_log_prob(y, z)
        return terms

    # --- inference --------------------------------------------------------------------------

    def encode(self, theta, y, seed=None) -> tf.Tensor:
        """One draw ``z ~ q(z | theta, y)`` per simulation, shape (batch, latent_dim)."""
        u, _ = self.theta_transform(theta)
        q = self.encoder.distribution(u, self.y_standardizer(y))
        return q.sample(seed=stateless_seed(seed, self.seed_generator))

    def sample(self, y, num_samples: int, seed=None) -> tf.Tensor:
        """Draw from the posterior: ``z ~ prior``, then ``theta ~ p(theta | z, y)``.

        Parameters
        ----------
        y : tf.Tensor of shape (batch, m)
        num_samples : int
        seed : int, optional

        Returns
        -------
        tf.Tensor of shape (batch, num_samples, d)
        """
        seeds = tfp.random.split_seed(stateless_seed(seed, self.seed_generator), 2)
        z = self.sample_latent(y, num_samples, seeds[0])
        u = self._decode(z, self.y_standardizer(y)).sample(seed=seeds[1])
        u = tf.reshape(u, tf.concat([tf.shape(z)[:2], [u.shape[-1]]], axis=0))
        return self.theta_transform.inverse(tf.transpose(u, (1, 0, 2)))

    def sample_latent(self, y, num_samples: int, seed=None) -> tf.Tensor:
        """Draws from the prior over z, shape (num_samples, batch, latent_dim)."""
        seed = stateless_seed(seed, self.seed_generator)
        return self.prior.distribution(self.y_standardizer(y)).sample(num_samples, seed=seed)

    def log_prob(self, theta, y, num_importance: int = 128, seed=None) -> tf.Tensor:
        """Importance-weighted estimate of ``log p(theta | y)``, in the units of theta.

        ``logsumexp_k [log p(theta | z_k, y) + log p(z_k) - log q(z_k | theta, y)] - log K`` with
        ``z_k ~ q``: a lower bound in expectation that tightens with K (Burda et al., 2016).

        Parameters
        ----------
        theta : tf.Tensor of shape (batch, d)
        y : tf.Tensor of shape (batch, m)
        num_importance : int, optional, default: 128
        seed : int, optional

        Returns
        -------
        tf.Tensor of shape (batch,)
        """
        terms = self.bound_terms(theta, y, num_importance, seed)
        return tfp.math.reduce_logmeanexp(terms["log_theta"] - terms["kl"], axis=0)

    def _decode(self, z, y, training=False):
        """Decoder distribution for K draws z of shape (K, batch, l), with batch shape (K * batch,)."""
        flat = tf.reshape(z, (-1, z.shape[-1]))
        conditions = (flat, _tile(y, z)) if self.decoder_sees_data else (flat,)
        return self.decoder.distribution(*conditions, training=training)

    def get_config(self):
        return {
            **super().get_config(),
            "latent_dim": self.latent_dim,
            "support": self.bounds,
            "decoder": self.decoder_kind,
            "num_components": self.num_components,
            "num_importance": self.num_importance,
            "kl_warmup": self.kl_warmup,
            "widths": self.widths,
            "activation": self.activation,
            "encoder_net": keras.saving.serialize_keras_object(self.encoder_net),
            "decoder_net": keras.saving.serialize_keras_object(self.decoder_net),
            "preset": self.preset,
            "seed": self.seed,
        }

    @classmethod
    def from_config(cls, config):
        nets = {
            k: keras.saving.deserialize_keras_object(v) for k, v in config.items() if "_net" in k
        }
        return cls(**{**config, **nets})


def _tile(x, z):
    """Repeat rows x of shape (batch, f) for the K draws of z (K, batch, l): (K * batch, f)."""
    return tf.tile(x, (tf.shape(z)[0], 1))


def _kl(q, p, z):
    """KL of q from p per draw, shape (K, batch): closed form for one draw, if there is one."""
    if z.shape[0] == 1:
        try:
            return q.kl_divergence(p)[tf.newaxis]
        except NotImplementedError:
            pass
    return q.log_prob(z) - p.log_prob(z)
