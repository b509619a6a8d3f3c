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
        From z of shape (..., d) and a slice of dimensions to logits, locations and scales of their
        mixtures, each of shape (..., dimensions, components). Must not read, for a dimension, those
        from it on.
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
        logits, loc, scale = self._parameters_of(z, slice(0, self._size))
        return tfd.MixtureSameFamily(tfd.Categorical(logits=logits), tfd.Normal(loc, scale))

    def _log_prob(self, z):
        return tf.reduce_sum(self.factors(z).log_prob(z), axis=-1)

    def _sample_n(self, n, seed=None):
        z = tf.zeros(tf.concat([[n], self._shape, [self._size]], axis=0))
        for i, seed_i in enumerate(tfp.random.split_seed(seed, self._size)):
            logits, loc, scale = self._parameters_of(z, slice(i, i + 1))
            seeds = tfp.random.split_seed(seed_i, 2)
            chosen = tfd.Categorical(logits=logits).sample(seed=seeds[0])[..., tf.newaxis]
            loc, scale = (tf.gather(x, chosen, batch_dims=len(loc.shape) - 1) for x in (loc, scale))
            draw = tfd.Normal(loc[..., 0], scale[..., 0]).sample(seed=seeds[1])
            z += draw * tf.one_hot(i, self._size)
        return z

    def _batch_shape_tensor(self):
        return self._shape

    def _batch_shape(self):
        return tf.TensorShape(tf.get_static_value(self._shape, partial=True))

    def _event_shape_tensor(self):
        return tf.constant([self._size])

    def _event_shape(self):
        return tf.TensorShape([self._size])
