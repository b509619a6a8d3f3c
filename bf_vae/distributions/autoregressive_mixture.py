"""A mixture of Gaussians for each dimension, given the dimensions before it."""

import tensorflow as tf
import tensorflow_probability as tfp

tfd = tfp.distributions


class AutoregressiveMixture(tfd.Distribution):
    """``p(z) = prod_i p(z_i | z_1, ..., z_{i-1})``, each factor a mixture of Gaussians.

    Like `tfd.Autoregressive`, which draws every component of every dimension in each of its passes:
    here a pass draws one number.

    Parameters
    ----------
    parameters_of : callable
        From z of shape (..., d) and a slice of its last axis to logits, locations and scales of
        those dimensions' mixtures, each of shape (..., components, dimensions). Must not read, for
        a dimension, those from it on.
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
        z = tf.zeros(tf.concat([[n], self._shape, [self._size]], axis=0))
        for i, seed_i in enumerate(tfp.random.split_seed(seed, self._size)):
            only_i = slice(i, None, self._size)
            logits, loc, scale = (x[..., 0] for x in self._parameters_of(z, only_i))
            seeds = tfp.random.split_seed(seed_i, 2)
            chosen = tfd.Categorical(logits=logits).sample(seed=seeds[0])[..., tf.newaxis]
            loc, scale = (tf.gather(x, chosen, batch_dims=len(x.shape) - 1) for x in (loc, scale))
            z += tfd.Normal(loc, scale).sample(seed=seeds[1]) * tf.one_hot(i, self._size)
        return z

    def _batch_shape_tensor(self):
        return self._shape

    def _batch_shape(self):
        return tf.TensorShape(tf.get_static_value(self._shape, partial=True))

    def _event_shape_tensor(self):
        return tf.constant([self._size])

    def _event_shape(self):
        return tf.TensorShape([self._size])
