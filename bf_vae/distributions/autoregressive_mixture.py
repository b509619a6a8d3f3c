"""A mixture of Gaussians for each dimension, given the dimensions before it."""

import tensorflow as tf
import tensorflow_probability as tfp

tfd = tfp.distributions


def choose(logits, uniform):
    """Draws from categorical distributions, as one-hot vectors.

    By the inverse of the distribution function: in less time than `tf.random` takes on a CPU.

    Parameters
    ----------
    logits : tf.Tensor of shape (..., components)
    uniform : tf.Tensor of shape (..., 1)
        Uniform draws from [0, 1).

    Returns
    -------
    tf.Tensor of shape (..., components)
    """
    size = logits.shape[-1]
    weights = tf.exp(logits - tf.reduce_max(logits, axis=-1, keepdims=True))
    # A cumulative sum; as a matrix product it is faster.
    cumulative = tf.tensordot(weights, tf.linalg.band_part(tf.ones((size, size)), 0, -1), 1)
    passed = cumulative <= uniform * cumulative[..., -1:]
    return tf.one_hot(tf.math.count_nonzero(passed, axis=-1, dtype=tf.int32), size)


class AutoregressiveMixture(tfd.Distribution):
    """``p(z) = prod_i p(z_i | z_1, ..., z_{i-1})``, each factor a mixture of Gaussians.

    Like `tfd.Autoregressive`, which draws every component of every dimension in each of its passes:
    here a pass draws one number.

    Parameters
    ----------
    parameters_of : callable
        From z of shape (..., d) and a slice of its last axis to logits, locations and scales of
        those dimensions' mixtures, each of shape (..., components, dimensions). Must not read, for
        a dimension, those from it on: for a slice of one, z holds only those before it.
    batch_shape : tf.Tensor
    event_size : int
    """

    def __init__(self, parameters_of, batch_shape, event_size: int, name="AutoregressiveMixture"):
        super().__init__(
            dtype=tf.float32,
            reparameterization_type=tfd.NOT_REPARAMETERIZED,
            validate_args=False,
            allow_nan_stats=True,
            name=name,
        )
        self._parameters_of, self._shape, self._size = parameters_of, batch_shape, event_size

    def factors(self, z) -> tfd.MixtureSameFamily:
        """The factors' mixtures at z of shape (..., d), batch shape (..., d)."""
        logits, loc, scale = map(tf.linalg.matrix_transpose, self._mixtures(z))
        return tfd.MixtureSameFamily(tfd.Categorical(logits=logits), tfd.Normal(loc, scale))

    def _mixtures(self, z):
        return self._parameters_of(z, slice(None))

    def _log_prob(self, z):
        # That of `factors`, with the sums along an axis that lets XLA use vector instructions.
        logits, loc, scale = self._mixtures(z)
        log_prob = logits + tfd.Normal(loc, scale).log_prob(z[..., tf.newaxis, :])
        factors = tf.reduce_logsumexp(log_prob, -2) - tf.reduce_logsumexp(logits, -2)
        return tf.reduce_sum(factors, axis=-1)

    def _sample_n(self, n, seed=None):
        seeds = tfp.random.split_seed(seed, 2)
        shape = tf.concat([[n], self._shape, [self._size]], axis=0)
        normal = tf.random.stateless_normal(shape, seeds[0])
        uniform = tf.random.stateless_uniform(shape, seeds[1])
        z = normal[..., :0]
        for i in range(self._size):
            only_i, keep_axis = slice(i, None, self._size), slice(i, i + 1)
            logits, loc, scale = (x[..., 0] for x in self._parameters_of(z, only_i))
            chosen = choose(logits, uniform[..., keep_axis])
            loc, scale = (tf.reduce_sum(x * chosen, -1, keepdims=True) for x in (loc, scale))
            z = tf.concat([z, loc + scale * normal[..., keep_axis]], axis=-1)
        return z

    def _batch_shape_tensor(self):
        return self._shape

    def _batch_shape(self):
        return tf.TensorShape(tf.get_static_value(self._shape, partial=True))

    def _event_shape_tensor(self):
        return tf.constant([self._size])

    def _event_shape(self):
        return tf.TensorShape([self._size])
