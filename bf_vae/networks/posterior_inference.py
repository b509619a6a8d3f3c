"""What a trained posterior VAE answers: draws, densities, latents."""

import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp

from .blocks import in_blocks
from .members import for_members, mix, split_draws
from .seeding import stateless_seed
from .whole_number import whole_number


class PosteriorInference:
    """Sampling and density, for `PosteriorVAE`.

    A mixin that expects its encoder, prior, decoder and transforms, ``residual``, ``num_members``
    and ``seed_generator``, and its methods ``bound_terms``, ``_conditions`` and ``_decode``.
    """

    def encode(self, theta, y, seed=None) -> tf.Tensor:
        """One draw ``z ~ q(z | theta, y)`` per simulation, shape (members, batch, latent_dim)."""
        q, _ = self.latent_distributions(theta, y)
        return q.sample(seed=stateless_seed(seed, self.seed_generator))

    def latent_distributions(self, theta, y):
        """``q(z | theta, y)`` and the prior over z for each simulation.

        Returns
        -------
        q, p : tfp.distributions.Distribution
            Batch shape (members, batch), event shape (latent_dim,).
        """
        u, _ = self.theta_transform(theta)
        u, y = for_members(u, self.num_members), self._conditions(y)
        return self.encoder.distribution(self.residual(u, y), y), self.prior.distribution(y)

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

        Raises
        ------
        ValueError
            If the number of samples is below 1.
        """
        num_samples = whole_number("The number of samples", num_samples, least=1)
        seed = stateless_seed(seed, self.seed_generator)
        return in_blocks(
            lambda y, seed: self._compiled_sample(y, num_samples, seed), [y], num_samples, seed
        )

    def _compile_sample(self, num_features: int):
        """Sampling as one graph: one operation at a time takes several times longer.

        The same graph for any batch and number of draws, so that draws do not depend, by a last
        bit, on what was drawn before.
        """
        self._compiled_sample = tf.function(
            self._sample,
            input_signature=(
                tf.TensorSpec((None, num_features), tf.float32),
                tf.TensorSpec((), tf.int32),
                tf.TensorSpec((2,), tf.int32),
            ),
            autograph=False,
        )

    def _sample(self, y, num_samples, seed):
        seeds = tfp.random.split_seed(seed, 3)
        num_draws = -(-num_samples // self.num_members)
        z = self.sample_latent(y, num_draws, seeds[0])
        u = self._decode(z, self._conditions(y)).sample(seed=seeds[1])
        u = mix(split_draws(u, num_draws), num_samples, seeds[2])
        return self.theta_transform.inverse(u)

    def sample_latent(self, y, num_samples: int, seed=None) -> tf.Tensor:
        """Draws from the prior over z, shape (num_samples, members, batch, latent_dim)."""
        seed = stateless_seed(seed, self.seed_generator)
        return self.prior.distribution(self._conditions(y)).sample(num_samples, seed=seed)

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
            ``-inf`` outside of the support.

        Raises
        ------
        ValueError
            If ``num_importance`` is below 1.
        """
        num_importance = whole_number("num_importance", num_importance, least=1)

        def estimate(theta, y, seed):
            terms = self.bound_terms(theta, y, num_importance, seed, closed_form=False)
            return tfp.math.reduce_logmeanexp(terms["log_theta"] - terms["kl"], axis=(0, 1))

        seed = stateless_seed(seed, self.seed_generator)
        log_prob = in_blocks(estimate, [theta, y], num_importance * self.num_members, seed)
        return tf.where(self.theta_transform.contains(theta), log_prob, -np.inf)
