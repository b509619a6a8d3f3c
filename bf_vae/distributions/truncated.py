"""Gaussian head truncated to a box: no mass leaks out of a bounded prior."""

import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp

from .head import Head, bounded_scale

tfd = tfp.distributions

# How far the location may leave the box, in units of the scale. Further out, the density inside
# the box is a difference of two large logarithms, which float32 does not resolve.
MAX_OVERSHOOT = 6.0

# Stands in for an infinite bound, whose gradient would be NaN; in units of the standardized
# variable, so no draw ever comes near it.
FAR_AWAY = 1e6


class TruncatedGaussian(Head):
    """Independent Gaussians, each truncated to ``[lower, upper]``.

    Parameters
    ----------
    event_size : int
        Dimension of the random variable.
    lower, upper : array-like of shape (event_size,)
        Bounds; infinite where a dimension is not bounded on that side.

    Raises
    ------
    ValueError
        If the bounds do not have shape ``(event_size,)`` or do not enclose an interval.
    """

    def __init__(self, event_size: int, lower, upper):
        super().__init__(event_size)
        bounds = np.stack([np.asarray(lower, "float32"), np.asarray(upper, "float32")])
        if bounds.shape != (2, self.event_size):
            raise ValueError(
                f"Bounds for {self.event_size} dimensions need shape ({self.event_size},), "
                f"got {bounds.shape[1:]}."
            )
        if not np.all(bounds[0] < bounds[1]):
            raise ValueError("Every lower bound must be below its upper bound.")
        self.lower, self.upper = np.clip(bounds, -FAR_AWAY, FAR_AWAY)

    @property
    def param_size(self) -> int:
        return 2 * self.event_size

    def _read(self, raw: tf.Tensor, shift: tf.Tensor, unit) -> tfd.Independent:
        raw_loc, raw_scale = tf.split(raw, 2, axis=-1)
        raw_loc = unit * raw_loc + shift
        scale = unit * bounded_scale(raw_scale)
        inside = tf.clip_by_value(raw_loc, self.lower, self.upper)
        reach = MAX_OVERSHOOT * scale
        loc = inside + reach * tf.tanh((raw_loc - inside) / reach)
        return tfd.Independent(tfd.TruncatedNormal(loc, scale, self.lower, self.upper), 1)
