"""Data to the space in which the networks see them."""

import keras
import numpy as np
import tensorflow as tf

from .standardizer import Standardizer

IDENTITY, ROOT, LOG = 0.0, 1.0, 2.0
# Gain in log-likelihood per simulation, in nats, that a root or a logarithm must bring.
MARGIN = 0.1


class DataTransform(keras.Layer):
    """Make each feature of the data as Gaussian as may be, standardize it, or leave it out.

    Per feature: identity, square root (of counts, say) or logarithm (of data that span orders of
    magnitude), whichever gives the simulations the highest likelihood under a Gaussian, that is
    Box and Cox's power transform with the powers 1, 1/2 and 0. A root needs data that are not
    negative, a logarithm positive ones. As in `Standardizer`, `adapt` chooses from all simulations;
    without it, the first training batch does.

    Parameters
    ----------
    powers : bool, optional, default: True
        False leaves it at the standardization.

    References
    ----------
    Box and Cox (1964). An analysis of transformations.
    """

    def __init__(self, powers: bool = True, **kwargs):
        super().__init__(trainable=False, **kwargs)
        self.powers = bool(powers)

    def build(self, input_shape):
        size = (input_shape[-1],)
        self.standardizer = Standardizer()
        self.standardizer.build(input_shape)
        self.power = self.add_weight(name="power", shape=size, initializer="zeros")
        # What lies below the lowest positive value seen counts as that value in a logarithm.
        self.lowest = self.add_weight(name="lowest", shape=size, initializer="ones")
        self.kept = self.add_weight(name="kept", shape=size, initializer="ones")
        self.built = True

    def call(self, y):
        """Map data of shape (..., features) to the same shape."""
        return self.standardizer(self._bend(y)) * tf.convert_to_tensor(self.kept)

    @property
    def left_out(self) -> list[int]:
        """Features, from 0, that are not kept."""
        return np.flatnonzero(self.kept.numpy() == 0).tolist()

    def keep(self, features) -> None:
        """Set all but these features to zero, the mean; features of bool, shape (features,)."""
        self.kept.assign(np.asarray(features, "float32"))

    def inverse(self, x):
        """Undo the transform; roots below zero, which no data have, count as zero."""
        bent = self.standardizer.inverse(x)
        power = tf.convert_to_tensor(self.power)
        y = tf.where(power == ROOT, tf.square(tf.maximum(bent, 0.0)), bent)
        # The argument of the branch not taken stays finite.
        return tf.where(power == LOG, tf.exp(tf.where(power == LOG, bent, 0.0)), y)

    def log_det(self, y):
        """``log |dx/dy|`` of data of shape (..., features), shape (...)."""
        log_y = tf.math.log(tf.maximum(y, 1e-3 * tf.convert_to_tensor(self.lowest)))
        power = tf.convert_to_tensor(self.power)
        slope = tf.where(power == ROOT, -np.log(2.0) - 0.5 * log_y, tf.zeros_like(y))
        slope = tf.where(power == LOG, -log_y, slope)
        return tf.reduce_sum(slope, axis=-1) + self.standardizer.log_det()

    def adapt(self, y) -> None:
        """Choose powers and fix the standardization from all simulations, (n, ..., features)."""
        y = tf.convert_to_tensor(np.asarray(y, "float32"))
        if self.powers:
            self._choose(y)
        self.standardizer.adapt(self._bend(y).numpy())

    def update(self, y) -> None:
        """Fold one training batch into the running standardization; the first one chooses."""
        if self.standardizer.adapted:
            return
        if self.powers:
            self._choose(y, keep=tf.convert_to_tensor(self.standardizer.count) > 0)
        self.standardizer.update(self._bend(y))

    def _bend(self, y):
        power, lowest = tf.convert_to_tensor(self.power), tf.convert_to_tensor(self.lowest)
        # Zeros stay clear of the root's infinite slope: y may come from a network that is trained.
        bent = tf.where(power == ROOT, tf.sqrt(tf.maximum(y, 1e-3 * lowest)), y)
        return tf.where(power == LOG, tf.math.log(tf.maximum(y, lowest)), bent)

    def _choose(self, y, keep=False):
        y = tf.reshape(y, (-1, y.shape[-1]))
        huge = tf.constant(np.finfo("float32").max)
        lowest = tf.reduce_min(tf.where(y > 0, y, huge), axis=0)
        lowest = tf.where(lowest == huge, 1.0, lowest)
        log_y = tf.math.log(tf.maximum(y, lowest))
        slope = tf.reduce_mean(log_y, axis=0)
        smallest = tf.reduce_min(y, axis=0)
        # A constant column stays as it is.
        varies = smallest < tf.reduce_max(y, axis=0)
        identity = _log_likelihood(y) + MARGIN
        root = _log_likelihood(tf.sqrt(tf.maximum(y, 0.0))) - np.log(2.0) - 0.5 * slope
        root = tf.where(varies & (smallest >= 0), root, -huge)
        log = tf.where(varies & (smallest > 0), _log_likelihood(log_y) - slope, -huge)
        best = tf.argmax(tf.stack([identity, root, log]), axis=0)
        self.power.assign(tf.where(keep, self.power, tf.cast(best, tf.float32)))
        self.lowest.assign(tf.where(keep, self.lowest, lowest))


def _log_likelihood(x):
    """Of a Gaussian fitted to each column of x, per row, up to a constant."""
    variance = tf.math.reduce_variance(x, axis=0)
    return -0.5 * tf.math.log(variance + np.finfo("float32").tiny)
