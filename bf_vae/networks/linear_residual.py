"""Parameters as what a linear regression on the data leaves of them."""

import numpy as np
import tensorflow as tf

from .float32_layer import Float32Layer

# Of the ridge, relative to the data's unit variance. Even the first keeps features that repeat each
# other apart; the larger ones are for few simulations of many features, the smaller ones for data
# that say something by small differences only. These have large slopes, and must be worth them.
PENALTIES = (1e-3, 1e-2, 1e-1, 1.0, 1e-6, 1e-9)
# Part of the residual that a penalty smaller than the first must take away.
LEAST_GAIN = 0.01
# Parameters that are linear in the data to the last digit must not get a unit of zero.
SMALLEST_UNIT = 1e-3


class LinearResidual(Float32Layer):
    """``r = (u - line(y)) / unit`` of standardized parameters u and data y.

    Where data say much, posteriors are narrow: in a unit of their own, a network learns them as
    fast as wide ones. `fit` finds line and unit; until then r is u. The line has an intercept: in
    a box, u has the prior's mean, which in a small unit would be far from 0.
    """

    def __init__(self, **kwargs):
        super().__init__(trainable=False, **kwargs)

    def build(self, size: int, num_features: int):
        self.slopes = self.add_weight(
            name="slopes", shape=(num_features, size), initializer="zeros"
        )
        self.intercept = self.add_weight(name="intercept", shape=(size,), initializer="zeros")
        self.unit = self.add_weight(name="unit", shape=(size,), initializer="ones")
        self.built = True

    def fit(self, u, y) -> None:
        """Ridge regression of u of shape (n, d) on y of shape (n, m).

        Penalty and unit are those of the smallest residual where its own row is left out: few
        simulations of many features are fitted closely by any line. Where no line is a gain, the
        parameter stays as it is.
        """
        u, y = (np.asarray(x, "float64") for x in (u, y))
        slopes, unit = np.zeros((y.shape[-1], u.shape[-1])), np.std(u, axis=0)
        is_fitted = np.zeros(u.shape[-1], bool)
        for penalty in PENALTIES:
            inverse = np.linalg.inv(y.T @ y + penalty * len(y) * np.eye(y.shape[-1]))
            candidate = inverse @ y.T @ u
            leverage = np.sum((y @ inverse) * y, axis=1, keepdims=True)
            left = np.std((u - y @ candidate) / (1 - leverage), axis=0)
            is_better = left < unit * (1 - LEAST_GAIN * (penalty < PENALTIES[0]))
            slopes[:, is_better], unit[is_better] = candidate[:, is_better], left[is_better]
            is_fitted |= is_better
        self.slopes.assign(slopes)
        self.intercept.assign(np.where(is_fitted, (u - y @ slopes).mean(axis=0), 0.0))
        self.unit.assign(np.where(is_fitted, np.maximum(unit, SMALLEST_UNIT), 1.0))

    def call(self, u, y):
        """Map u of shape (..., batch, d), with y of shape (..., batch, m), to r."""
        return (u - self.line(y)) / tf.convert_to_tensor(self.unit)

    def line(self, y):
        """The regression's prediction of u, shape (..., batch, d)."""
        return tf.matmul(y, tf.convert_to_tensor(self.slopes)) + tf.convert_to_tensor(
            self.intercept
        )
