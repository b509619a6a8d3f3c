"""Data to the space in which the networks see them."""

import numpy as np
import tensorflow as tf

from .float32_layer import Float32Layer
from .standardizer import Standardizer

IDENTITY, ROOT, LOG = 0.0, 1.0, 2.0
# Gain in log-likelihood per simulation, in nats, that a root or a logarithm must bring.
MARGIN = 0.1


class DataTransform(Float32Layer):
    """Make each feature of the data as Gaussian as may be, standardize it, or leave it out.

    Per feature: identity, square root (of counts, say) or logarithm (of data that span orders of
    magnitude), whichever gives the simulations the highest likelihood under a Gaussian, that is
    Box and Cox's power transform with the powers 1, 1/2 and 0. A root needs data that are not
    negative, a logarithm positive ones. `adapt` chooses from all simulations; without it, features
    are only standardized: a choice by the first batch would not fit what comes later.

    Parameters
    ----------
    powers : bool, optional, default: True
        False leaves it at the standardization.
    extrapolate : bool, optional, default: False
        Whether a logarithm goes on below the lowest value seen. Data whose density is asked for
        need that; as conditions, far-off values would lead the networks astray, and stay at it.

    References
    ----------
    Box and Cox (1964). An analysis of transformations.
    """

    def __init__(self, powers: bool = True, extrapolate: bool = False, **kwargs):
        super().__init__(trainable=False, **kwargs)
        self.powers, self.extrapolate = bool(powers), bool(extrapolate)

    def build(self, input_shape):
        size = (input_shape[-1],)
        self.standardizer = Standardizer()
        self.standardizer.build(input_shape)
        self.power = self.add_weight(name="power", shape=size, initializer="zeros")
        # The lowest positive value seen: what lies below, or is not positive where a logarithm
        # extrapolates, counts as that value in a logarithm.
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

    def contains(self, y):
        """Whether data of shape (..., features) can be, bool of shape (...).

        A feature whose root is taken is never negative, one whose logarithm is taken is positive.
        """
        power = tf.convert_to_tensor(self.power)
        impossible = ((power == ROOT) & (y < 0.0)) | ((power == LOG) & (y <= 0.0))
        return ~tf.reduce_any(impossible, axis=-1)

    def log_det(self, y):
        """``log |dx/dy|`` of data of shape (..., features), shape (...)."""
        log_y = tf.math.log(self._clear_of_zero(y))
        power = tf.convert_to_tensor(self.power)
        slope = tf.where(power == ROOT, -np.log(2.0) - 0.5 * log_y, tf.zeros_like(y))
        slope = tf.where(power == LOG, -log_y, slope)
        return tf.reduce_sum(slope, axis=-1) + self.standardizer.log_det()

    def adapt(self, y) -> None:
        """Choose powers and fix the standardization from all simulations, (n, ..., features)."""
        y = np.asarray(y, "float32")
        if self.powers:
            self._choose(y.reshape(-1, y.shape[-1]).astype("float64"))
        self.standardizer.adapt(self._bend(tf.convert_to_tensor(y)).numpy())

    def update(self, y) -> None:
        """Fold one training batch into the running standardization."""
        self.standardizer.update(self._bend(y))

    def _bend(self, y):
        power, positive = tf.convert_to_tensor(self.power), self._clear_of_zero(y)
        bent = tf.where(power == ROOT, tf.sqrt(positive), y)
        return tf.where(power == LOG, tf.math.log(positive), bent)

    def _clear_of_zero(self, y):
        """Data no nearer to zero than a root's slope allows, or than a logarithm has seen."""
        power, lowest = tf.convert_to_tensor(self.power), tf.convert_to_tensor(self.lowest)
        in_log = tf.where(y > 0.0, y, lowest) if self.extrapolate else tf.maximum(y, lowest)
        return tf.where(power == LOG, in_log, tf.maximum(y, 1e-3 * lowest))

    def _choose(self, y):
        smallest, largest = y.min(axis=0), y.max(axis=0)
        lowest = np.where(y > 0, y, np.inf).min(axis=0)
        lowest[np.isinf(lowest)] = 1.0
        log_y = np.log(np.maximum(y, lowest))
        slope = log_y.mean(axis=0)
        # A constant column stays as it is.
        varies = smallest < largest
        identity = _log_likelihood(y) + MARGIN
        root = _log_likelihood(np.sqrt(np.maximum(y, 0.0))) - np.log(2.0) - 0.5 * slope
        root[~varies | (smallest < 0)] = -np.inf
        log = _log_likelihood(log_y) - slope
        log[~varies | (smallest <= 0)] = -np.inf
        self.power.assign(np.argmax([identity, root, log], axis=0))
        self.lowest.assign(lowest)


def _log_likelihood(x):
    """Of a Gaussian fitted to each column of x, per row, up to a constant."""
    return -0.5 * np.log(x.var(axis=0) + np.finfo("float64").tiny)
