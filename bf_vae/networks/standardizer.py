"""Zero mean and unit standard deviation for simulations, learned once and saved with the model."""

import numpy as np
import tensorflow as tf

from .float32_layer import Float32Layer

# A column whose spread is below this part of its mean is constant: it is shifted, not scaled.
CONSTANT = 1e-6


class Standardizer(Float32Layer):
    """Shift and scale each feature by the mean and standard deviation of the simulations.

    `adapt` computes both from all simulations and fixes them. Without it they are running moments
    of the training batches (Welford's update), as BayesFlow 2 does it, so that training with a
    foreign ``fit`` works too.

    Parameters
    ----------
    skip : sequence of bool, optional
        Features that stay as they are. Default: none.
    """

    def __init__(self, skip=None, **kwargs):
        super().__init__(trainable=False, **kwargs)
        self.skip = None if skip is None else [bool(s) for s in skip]

    def build(self, input_shape):
        size = (input_shape[-1],)
        self.mean = self.add_weight(name="mean", shape=size, initializer="zeros")
        # Not the variance, whose exponent has twice the range.
        self.spread = self.add_weight(name="spread", shape=size, initializer="ones")
        self.count = self.add_weight(name="count", shape=(), initializer="zeros")
        self.fixed = self.add_weight(name="fixed", shape=(), initializer="zeros")
        keep = np.zeros(size, bool) if self.skip is None else np.array(self.skip)
        self._active = (~keep).astype("float32")
        # The weight above outlives saving; this one keeps updates out of a compiled epoch.
        self.adapted = False
        self.built = True

    def call(self, x):
        return (x - self.mean) / self.std

    @property
    def std(self) -> tf.Tensor:
        """Standard deviation of each feature; 1 where it is constant or skipped."""
        spread, mean = tf.convert_to_tensor(self.spread), tf.convert_to_tensor(self.mean)
        scaled = (spread > CONSTANT * tf.abs(mean)) & (self._active > 0)
        return tf.where(scaled, spread, tf.ones_like(spread))

    def inverse(self, u):
        """Undo the standardization; same shape as ``u``."""
        return u * self.std + self.mean

    def log_det(self):
        """Log-determinant of ``d u / d x``, a scalar: the same for every simulation."""
        return -tf.reduce_sum(tf.math.log(self.std))

    def adapt(self, x):
        """Set mean and standard deviation from all simulations, and keep them.

        Parameters
        ----------
        x : np.ndarray of shape (n, ..., features)
        """
        x = np.asarray(x, "float64").reshape(-1, x.shape[-1])
        self._assign(x.mean(axis=0), x.std(axis=0))
        self.count.assign(float(len(x)))
        self.fixed.assign(1.0)
        self.adapted = True

    def update(self, x):
        """Fold one training batch into the running moments, unless `adapt` fixed them."""
        if self.adapted:
            return
        x = tf.reshape(x, (-1, x.shape[-1]))
        old, new = tf.convert_to_tensor(self.count), tf.cast(tf.shape(x)[0], tf.float32)
        new *= 1.0 - tf.convert_to_tensor(self.fixed)
        share = tf.math.divide_no_nan(new, old + new)
        center = tf.reduce_mean(x, axis=0)
        delta, x = center - self.mean, x - center
        # Before the first batch the spread is a placeholder.
        before = tf.where(share < 1.0, self.spread, 0.0)
        # In the largest number's unit: single precision cannot hold the squares of all numbers.
        unit = tf.reduce_max(tf.abs([before, delta, tf.reduce_max(tf.abs(x), axis=0)]), axis=0)
        before, delta, x = (tf.math.divide_no_nan(v, unit) for v in (before, delta, x))
        variance = (1.0 - share) * before**2 + share * tf.reduce_mean(x**2, axis=0)
        variance += share * (1.0 - share) * delta**2
        # A loaded network's are fixed, and stay to the last digit.
        spread = tf.where(share > 0.0, unit * tf.sqrt(variance), self.spread)
        self._assign(self.mean + share * delta * unit, spread)
        self.count.assign_add(new)

    def _assign(self, mean, spread):
        self.mean.assign(tf.cast(mean, tf.float32) * self._active)
        self.spread.assign(tf.cast(spread, tf.float32))
