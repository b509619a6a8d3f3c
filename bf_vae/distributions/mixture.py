"""Gaussian mixture head: several modes in one step."""

import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp

from .head import Head, bounded_scale

tfd = tfp.distributions


class GaussianMixture(Head):
    """Mixture of diagonal Gaussians.

    The components start at fixed, spread-out means whose average is zero: components that start
    equal would receive equal gradients and stay equal.

    Parameters
    ----------
    event_size : int
        Dimension of the random variable.
    num_components : int, optional, default: 8

    Raises
    ------
    ValueError
        If ``num_components`` is below 1.
    """

    def __init__(self, event_size: int, num_components: int = 8):
        super().__init__(event_size)
        if num_components < 1:
            raise ValueError(f"A mixture needs at least one component, got {num_components}.")
        self.num_components = int(num_components)
        spread = np.random.RandomState(0).randn(self.num_components, self.event_size)
        self.start = (0.5 * (spread - spread.mean(axis=0))).astype("float32")

    @property
    def param_size(self) -> int:
        return self.num_components * (1 + 2 * self.event_size)

    def _read(self, raw: tf.Tensor, shift: tf.Tensor, unit) -> tfd.MixtureSameFamily:
        k, d = self.num_components, self.event_size
        logits, loc, raw_scale = tf.split(raw, [k, k * d, k * d], axis=-1)
        shape = tf.concat([tf.shape(raw)[:-1], [k, d]], axis=0)
        loc = unit * (tf.reshape(loc, shape) + self.start) + tf.expand_dims(shift, -2)
        scale = unit * bounded_scale(tf.reshape(raw_scale, shape))
        return tfd.MixtureSameFamily(
            tfd.Categorical(logits=logits), tfd.Independent(tfd.Normal(loc, scale), 1)
        )
