"""What CP-VAE and UP-VAE share: bound, sampling and density of a conditional VAE.

For parameters theta, data y and a latent z, both train an encoder ``q(z | theta, y)``, a prior on
z and a decoder ``p(theta | z, y)`` by a lower bound of ``log p(theta | y)``, and sample a posterior
by ``z ~ prior``, ``theta ~ decoder``: one pass of each, but the autoregressive prior takes one for
each dimension of z.
"""

import keras
import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp

from .adaptation import Adaptation
from .bound import kl_divergence, weighted_mean
from .data_transform import DataTransform
from .decoder import DECODERS, Decoder, resolve_decoder
from .encoder import Encoder
from .float32_layer import Float32Layer
from .kl_warmup import KLWarmup
from .linear_residual import LinearResidual
from .members import for_draws, for_members, merge_draws, split_draws
from .parameter_transform import ParameterTransform
from .posterior_inference import PosteriorInference
from .presets import setting
from .seeding import stateless_seed
from .serialization import SubnetArguments
from .subnet import OwnSubnet, mlp
from .support import Support
from .whole_number import whole_number

SUBNETS = ("encoder_net", "prior_net", "decoder_net", "data_decoder_net")


class PosteriorVAE(Adaptation, PosteriorInference, SubnetArguments, Float32Layer):
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
        num_members=None,
        linear_skip=None,
        linear_residual=None,
        power_transform=None,
        screen_features=None,
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
        self.bounds = None if support is None else Support.pair(support)
        self.decoder_kind = setting("decoder", decoder, preset)
        self.num_components = num_components
        self.num_importance = setting("num_importance", num_importance, preset)
        self.kl_warmup = KLWarmup(setting("kl_warmup", kl_warmup, preset))
        self.num_members = num_members
        self.linear_skip = bool(setting("linear_skip", linear_skip, preset))
        self.linear_residual = bool(setting("linear_residual", linear_residual, preset))
        self.power_transform = bool(setting("power_transform", power_transform, preset))
        self.screen_features = bool(setting("screen_features", screen_features, preset))
        self.widths = np.atleast_1d(setting("widths", widths, preset)).tolist()
        self.activation = activation
        self.encoder_net, self.decoder_net = encoder_net, decoder_net
        self.preset = preset
        self.seed = None if seed is None else whole_number("seed", seed)
        self.seed_generator = keras.random.SeedGenerator(self.seed)
        self._check_arguments()

    def _check_arguments(self):
        for name in ("num_importance", "latent_dim", "num_components", "num_members"):
            if (value := getattr(self, name)) is not None:
                setattr(self, name, whole_number(name, value, least=1))
        self.widths = [whole_number("widths", w, least=1) for w in self.widths]
        if not self.widths:
            raise ValueError("widths needs one hidden layer or more.")
        # An unknown name is an error here, not in training; a function is kept by its name.
        function = keras.activations.get(self.activation)
        if callable(self.activation):
            self.activation = keras.activations.serialize(function)
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
            # Encoder and decoder that start as copies need no room beside theta's.
            self.latent_dim = d if self.linear_skip else max(4, d)
        if self.num_members is None:
            own = any(getattr(self, name, None) is not None for name in SUBNETS)
            self.num_members = 1 if own else setting("num_members", None, self.preset)
        self.theta_transform = ParameterTransform(self.bounds, box)
        self.theta_transform.build((None, d))
        self.y_transform = DataTransform(self.power_transform)
        self.y_transform.build((None, m))
        self.residual = LinearResidual()
        self.residual.build(d, m)

        options = self._subnet_options()
        if self.linear_skip:
            options["num_copied"] = min(d, self.latent_dim)
        self.encoder = Encoder(self.latent_dim, self._subnet(self.encoder_net), **options)
        self.encoder.build(d + m)
        self.prior = self._make_prior()
        self.prior.build(m)
        bounds = self.theta_transform.bounds_u
        subnet = self._subnet(self.decoder_net)
        self.decoder = Decoder(kind, bounds, self.num_components, subnet, **options)
        self.decoder.build(self.latent_dim + (m if self.decoder_sees_data else 0))
        self.kl_warmup.build()
        self._compile_sample(m)
        self.built = True

    def _subnet(self, own):
        if own is None:
            return mlp(self.widths, self.activation, self.num_members)
        if self.num_members > 1:
            raise ValueError(
                f"Own subnets serve one member: leave out num_members={self.num_members}. For an "
                "ensemble of own subnets train several amortizers."
            )
        return OwnSubnet(own)

    def _subnet_options(self):
        return {"num_members": self.num_members, "linear_skip": self.linear_skip}

    def _make_prior(self):
        raise NotImplementedError

    def _data_log_prob(self, y, z):
        """``log p(y | z)``, up to ``data_weight``; only the UP-VAE has a data decoder."""
        raise NotImplementedError

    # --- training ---------------------------------------------------------------------------

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
            ``loss`` (the negative bound; if not ``training``, of the members' mixture),
            ``reconstruction`` (``-log p(theta | z, y)``), ``kl``, and for a UP-VAE with
            ``data_weight > 0`` ``data_reconstruction`` (``-log p(y | z)``).
        """
        kl_weight = tf.constant(1.0)
        if training:
            self.theta_transform.update(theta)
            self.y_transform.update(y)
            kl_weight = self.kl_warmup.weight()
            self.kl_warmup.advance()
        # Not inside the mean over members that follows if not training.
        closed_form = training or self.num_members == 1
        terms = self.bound_terms(theta, y, self.num_importance, seed, training, closed_form)
        log_weights = terms["log_theta"] - kl_weight * terms["kl"]
        if self.data_weight:
            log_weights += self.data_weight * terms["log_y"]
        bound = tfp.math.reduce_logmeanexp(log_weights, axis=0)
        if not training:
            # Members learn alone; their mixture, which is sampled, still gains while they overfit.
            bound = tfp.math.reduce_logmeanexp(bound, axis=0, keepdims=True)
        parts = {"loss": -bound, "reconstruction": -terms["log_theta"], "kl": terms["kl"]}
        if self.data_weight:
            parts["data_reconstruction"] = -terms["log_y"]
        return {name: weighted_mean(part, sample_weight) for name, part in parts.items()}

    def bound_terms(
        self, theta, y, num_importance, seed=None, training=False, closed_form=True
    ) -> dict:
        """The terms of the bound for each of K latent draws ``z_k ~ q(z | theta, y)``.

        ``closed_form`` as in `kl_divergence`.

        Returns
        -------
        dict of tf.Tensor of shape (K, members, batch)
            ``log_theta``: ``log p(theta | z_k, y)`` in the units of theta. ``kl``: see
            `kl_divergence`.
            ``log_y``: ``log p(y | z_k)`` of the standardized data, if there is a data decoder.
        """
        u, log_det = self.theta_transform(theta)
        u, y = for_members(u, self.num_members), self._conditions(y)
        q = self.encoder.distribution(self.residual(u, y), y, training=training)
        p = self.prior.distribution(y, training=training)
        z = q.sample(num_importance, seed=stateless_seed(seed, self.seed_generator))
        log_theta = self._decode(z, y, training).log_prob(for_draws(u, num_importance))
        terms = {"log_theta": split_draws(log_theta, num_importance) + log_det}
        terms["kl"] = kl_divergence(q, p, z, closed_form)
        if self.data_weight:
            terms["log_y"] = split_draws(self._data_log_prob(y, z), num_importance)
        return terms

    def _conditions(self, y):
        return for_members(self.y_transform(y), self.num_members)

    def _decode(self, z, y, training=False):
        """Decoder for draws z of shape (K, members, batch, l): batch (members, K * batch)."""
        num_draws, z = tf.shape(z)[0], merge_draws(z)
        if not self.decoder_sees_data:
            return self.decoder.distribution(z, training=training)
        y = for_draws(y, num_draws)
        origin, unit = self.residual.line(y), tf.convert_to_tensor(self.residual.unit)
        return self.decoder.distribution(z, y, training=training, origin=origin, unit=unit)

    def arguments(self) -> dict:
        """The constructor's arguments, serialized."""
        return {
            "latent_dim": self.latent_dim,
            "support": self.bounds,
            "decoder": self.decoder_kind,
            "num_components": self.num_components,
            "num_importance": self.num_importance,
            "kl_warmup": self.kl_warmup.num_steps,
            "num_members": self.num_members,
            "linear_skip": self.linear_skip,
            "linear_residual": self.linear_residual,
            "power_transform": self.power_transform,
            "screen_features": self.screen_features,
            "widths": self.widths,
            "activation": self.activation,
            "encoder_net": keras.saving.serialize_keras_object(self.encoder_net),
            "decoder_net": keras.saving.serialize_keras_object(self.decoder_net),
            "preset": self.preset,
            "seed": self.seed,
        }

    def get_config(self):
        return {**super().get_config(), **self.arguments()}
