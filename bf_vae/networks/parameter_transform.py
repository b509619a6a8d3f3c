"""Parameters to the space in which the decoder works, and back."""

import numpy as np
import tensorflow as tf

from .box_transform import HALF_WIDTH, BoxTransform
from .float32_layer import Float32Layer
from .standardizer import Standardizer
from .support import Support

# Nearest to a bound of its box that single precision tells from it, in units of the bound.
PRECISION = 1e-6
# Nearest that a parameter may come to a bound before the logit or the logarithm, relative to the
# width of the box (or, for one bound, to the simulations' median distance from it).
EDGE = 1e-6


class ParameterTransform(Float32Layer):
    """One-to-one map from parameters theta in their support to standardized u.

    Per parameter: unbounded, ``theta``; one bound, ``log |theta - bound|``; a box, its map to
    ``[-sqrt(3), sqrt(3)]`` (``box="affine"``, for a truncated decoder; see `BoxTransform`) or its
    logit (``box="logit"``). All but the affine box are then standardized by the simulations.

    Parameters
    ----------
    support : (lower, upper), optional
        Bounds of theta; see `Support`. Default: unbounded.
    box : {"affine", "logit"}, optional, default: "affine"
    """

    def __init__(self, support=None, box="affine", **kwargs):
        super().__init__(trainable=False, **kwargs)
        if box not in ("affine", "logit"):
            raise ValueError(f'box must be "affine" or "logit", got {box!r}.')
        self.bounds = support
        self.box = box

    def build(self, input_shape):
        self.support = Support.of(self.bounds, input_shape[-1])
        lower, upper = self.support.lower, self.support.upper
        self._is_box = self.support.is_box
        self._is_below = np.isfinite(upper) & ~self._is_box
        self._is_above = np.isfinite(lower) & ~self._is_box
        # Stand-ins keep the branches that tf.where does not take finite, gradients included.
        self._lower = np.where(np.isfinite(lower), lower, -1.0).astype("float32")
        self._upper = np.where(np.isfinite(upper), upper, 1.0).astype("float32")
        self._width = np.where(self._is_box, upper - lower, 1.0).astype("float32")
        self.standardizer = Standardizer(skip=self._is_box if self.box == "affine" else None)
        self.standardizer.build(input_shape)
        self.box_transform = BoxTransform()
        self.box_transform.build(len(lower))
        self.distance = self.add_weight(name="distance", shape=(len(lower),), initializer="zeros")
        self.built = True

    @property
    def bounds_u(self):
        """Lower and upper bound of u, each of shape (d,), infinite where u is unbounded."""
        edge = np.where(self._is_box & (self.box == "affine"), HALF_WIDTH, np.inf)
        return -edge, edge

    def call(self, theta):
        """Map theta of shape (..., d) to (u, log |du/dtheta|) of shapes (..., d) and (...)."""
        v, log_slope = self._unbound(theta)
        u = self.standardizer(v)
        return u, tf.reduce_sum(log_slope, axis=-1) + self.standardizer.log_det()

    def inverse(self, u):
        """Map u of shape (..., d) to theta, inside the support."""
        theta = v = self.standardizer.inverse(u)
        if self._is_box.any():
            fraction = self.box_transform.inverse(v) if self.box == "affine" else tf.sigmoid(v)
            box = self._lower + self._width * fraction
            theta = tf.where(self._is_box, tf.clip_by_value(box, self._lower, self._upper), theta)
        if (self._is_above | self._is_below).any():
            growth = tf.exp(tf.minimum(v, 80.0))
            theta = tf.where(self._is_above, self._lower + growth, theta)
            theta = tf.where(self._is_below, self._upper - growth, theta)
        return theta

    def adapt(self, theta):
        """Fix the standardization from all simulations' parameters, shape (n, d)."""
        self.distance.assign(np.median(self._distance(np.asarray(theta, "float32")), axis=0))
        if self.box == "affine":
            bounds = self.support.lower, self.support.upper
            lower, upper = np.where(self._is_box, bounds, [[0.0], [1.0]])
            resolution = PRECISION * np.abs([lower, upper]) / (upper - lower)
            places = (np.asarray(theta, "float64") - lower) / (upper - lower)
            self.box_transform.adapt(places, resolution, self._is_box)
        self.standardizer.adapt(self._unbound(tf.cast(theta, tf.float32))[0].numpy())

    def update(self, theta):
        """Fold one training batch into the running standardization."""
        self.standardizer.update(self._unbound(theta)[0])

    def contains(self, theta):
        """Whether theta of shape (..., d) lies in the support: bool of shape (...)."""
        return tf.reduce_all(self.support.contains(theta), axis=-1)

    def _distance(self, theta):
        """From the one bound; from any number where there are two or none."""
        return tf.where(self._is_above, theta - self._lower, self._upper - theta)

    def _unbound(self, theta):
        fraction = (theta - self._lower) / self._width
        if self.box == "affine":
            box, box_slope = self.box_transform(fraction)
            box_slope -= tf.math.log(self._width)
        else:
            fraction = tf.clip_by_value(fraction, EDGE, 1 - EDGE)
            box = tf.math.log(fraction) - tf.math.log1p(-fraction)
            box_slope = -tf.math.log(fraction * (1 - fraction) * self._width)
        nearest = tf.maximum(EDGE * self.distance, np.finfo("float32").tiny)
        log_distance = tf.math.log(tf.maximum(self._distance(theta), nearest))
        one_sided = self._is_above | self._is_below
        v = tf.where(self._is_box, box, tf.where(one_sided, log_distance, theta))
        zero = tf.zeros_like(theta)
        slope = tf.where(self._is_box, box_slope, tf.where(one_sided, -log_distance, zero))
        return v, slope
