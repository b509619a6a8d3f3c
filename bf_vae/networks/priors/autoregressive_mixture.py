"""A mixture of Gaussians for each dimension, given the dimensions before it."""

import tensorflow as tf
import tensorflow_probability as tfp

from ...distributions import bounded_scale
from ..members import merge_draws, split_draws

tfd = tfp.distributions


def choose(logits, uniform):
    """Draws from categorical distributions.

    By the inverse of the distribution function: in less time than `tf.random` takes on a CPU.

    Parameters
    ----------
    logits : tf.Tensor of shape (..., components)
    uniform : tf.Tensor of shape (..., 1)
        Uniform draws from [0, 1).

    Returns
    -------
    tf.Tensor of shape (...,)
        Their indices.
    """
    size = logits.shape[-1]
    weights = tf.exp(logits - tf.reduce_max(logits, axis=-1, keepdims=True))
    # A cumulative sum; as a matrix product it is faster.
    cumulative = tf.tensordot(weights, tf.linalg.band_part(tf.ones((size, size)), 0, -1), 1)
    passed = cumulative <= uniform * cumulative[..., -1:]
    return tf.math.count_nonzero(passed, axis=-1, dtype=tf.int32)


class AutoregressiveMixture(tfd.Distribution):
    """``p(z) = prod_i p(z_i | z_1, ..., z_{i-1})``, each factor a mixture of Gaussians.

    Like `tfd.Autoregressive`, which draws every component of every dimension in each of its passes:
    here a pass draws one number.

    Parameters
    ----------
    raw_mixtures : callable
        From K draws of z side by side, shape (members, K * batch, d), a slice of their last axis
        and K, to those dimensions' mixtures: a tensor of shape (members, K * batch, 3, components,
        dimensions) of logits, locations and raw scales, and one that broadcasts to (members,
        K * batch, dimensions), to add to all components' locations. Must not read, for a
        dimension, those from it on: for a slice of one, z holds only those before it.
    batch_shape : tf.Tensor
        (members, batch).
    event_size : int
    """

    def __init__(self, raw_mixtures, batch_shape, event_size: int, name="AutoregressiveMixture"):
        super().__init__(
            dtype=tf.float32,
            reparameterization_type=tfd.NOT_REPARAMETERIZED,
            validate_args=False,
            allow_nan_stats=True,
            name=name,
        )
        self._raw_mixtures, self._shape, self._size = raw_mixtures, batch_shape, event_size

    def factors(self, z) -> tfd.MixtureSameFamily:
        """The factors' mixtures at z, with its shape (K, members, batch, d) as batch shape."""
        logits, loc, scale = map(tf.linalg.matrix_transpose, self._mixtures(z))
        return tfd.MixtureSameFamily(tfd.Categorical(logits=logits), tfd.Normal(loc, scale))

    def _mixtures(self, z):
        """Logits, locations and scales, each of shape (K, members, batch, components, d)."""
        num_draws = tf.shape(z)[0]
        raw, shift = self._raw_mixtures(merge_draws(z), slice(None), num_draws)
        logits, loc, scale = tf.unstack(raw, axis=2)
        mixtures = logits, loc + shift[..., tf.newaxis, :], bounded_scale(scale)
        return [split_draws(x, num_draws) for x in mixtures]

    def _log_prob(self, z):
        # That of `factors`, with the sums along an axis that lets XLA use vector instructions.
        logits, loc, scale = self._mixtures(z)
        log_prob = logits + tfd.Normal(loc, scale).log_prob(z[..., tf.newaxis, :])
        factors = tf.reduce_logsumexp(log_prob, -2) - tf.reduce_logsumexp(logits, -2)
        return tf.reduce_sum(factors, axis=-1)

    def _sample_n(self, n, seed=None):
        seeds = tfp.random.split_seed(seed, 2)
        shape = (self._shape[0], n * self._shape[1], self._size)
        normal = tf.random.stateless_normal(shape, seeds[0])
        uniform = tf.random.stateless_uniform(shape, seeds[1])
        z = normal[..., :0]
        for i in range(self._size):
            raw, shift = self._raw_mixtures(z, slice(i, None, self._size), n)
            raw = raw[..., 0]
            component = choose(raw[:, :, 0], uniform[..., i : i + 1])
            # Chosen before anything else is done with them: one component's numbers, not all.
            chosen = tf.gather(raw, component, axis=3, batch_dims=2)
            _, loc, scale = tf.split(chosen, 3, axis=-1)
            noise = bounded_scale(scale) * normal[..., i : i + 1]
            z = tf.concat([z, loc + shift + noise], axis=-1)
        return split_draws(z, n)

    def _batch_shape_tensor(self):
        return self._shape

    def _batch_shape(self):
        return tf.TensorShape(tf.get_static_value(self._shape, partial=True))

    def _event_shape_tensor(self):
        return tf.constant([self._size])

    def _event_shape(self):
        return tf.TensorShape([self._size])
