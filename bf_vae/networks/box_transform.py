"""Parameters in a box to the interval in which the truncated decoder works, and back."""

import numpy as np
import tensorflow as tf

from .float32_layer import Float32Layer

# A uniform variable on [-sqrt(3), sqrt(3)] has unit variance.
HALF_WIDTH = float(np.sqrt(3.0))
# Of the simulations, which lie nearer to a bound than where the steep part ends.
NEAREST = 0.01
# Gain in log-likelihood per simulation, in nats, for which an edge is worth a bend. A uniform
# prior would bring a sixth.
MARGIN = 0.5


class BoxTransform(Float32Layer):
    """One-to-one map of ``f``, a parameter's place in its box, from [0, 1] to [-sqrt(3), sqrt(3)].

    Affine as a rule. Where priors span orders of magnitude, nearly all simulations lie at an edge
    of the box, and no network tells them apart: there the map is a logit with offsets,
    ``log (f + a) - log (1 - f + b)``, which is steep at both edges and keeps the box one. `adapt`
    chooses by the likelihood of the simulations under a Gaussian, as `DataTransform` does; the
    hundredth part of the simulations that are nearest to a bound lie nearer than the offset there.
    """

    def __init__(self, **kwargs):
        super().__init__(trainable=False, **kwargs)

    def build(self, size: int):
        # Zero where the map is affine.
        self.offsets = self.add_weight(name="offsets", shape=(2, size), initializer="zeros")
        self.built = True

    def call(self, f):
        """Map f of shape (..., d) to (u, log du/df), each of that shape."""
        # A simulation on the very edge may round out of the box, where its density is zero.
        f = tf.clip_by_value(f, 0.0, 1.0)
        is_bent, a, b, first, span = self._bends()
        v, log_slope = _logit(f, a, b)
        u = tf.where(is_bent, 2 * (v - first) / span - 1, 2 * f - 1)
        log_slope = tf.where(is_bent, log_slope - tf.math.log(span), tf.zeros_like(f))
        limited = tf.clip_by_value(HALF_WIDTH * u, -HALF_WIDTH, HALF_WIDTH)
        return limited, log_slope + np.log(2 * HALF_WIDTH)

    def inverse(self, u):
        """Map u back to f; same shape."""
        is_bent, a, b, first, span = self._bends()
        fraction = u / (2 * HALF_WIDTH) + 0.5
        odds = tf.exp(tf.clip_by_value(fraction, 0.0, 1.0) * span + first)
        return tf.where(is_bent, (odds * (1 + b) - a) / (1 + odds), fraction)

    def adapt(self, f, resolution, is_box) -> None:
        """Choose where to bend.

        Parameters
        ----------
        f : np.ndarray of shape (n, d)
            All simulations' places.
        resolution : np.ndarray of shape (2, d)
            How near to either bound numbers can be told apart.
        is_box : np.ndarray of bool, shape (d,)
            Where there is a box.
        """
        offsets = np.zeros((2, f.shape[1]))
        for i in np.flatnonzero(is_box):
            place = np.clip(f[:, i], 0.0, 1.0)
            inside = place[np.all(_distances(place) > resolution[:, i, np.newaxis], axis=0)]
            if len(inside) and place.std() > 0:
                a, b = np.quantile(_distances(inside), NEAREST, axis=1)
                v, log_slope = (x.numpy() for x in _logit(place, a, b))
                gain = np.mean(log_slope) - 0.5 * np.log(np.var(v) / np.var(place))
                if gain > MARGIN:
                    offsets[:, i] = a, b
        self.offsets.assign(offsets)

    def _bends(self):
        """Which are bent, offsets (stand-ins where they are not), the logit's start and span."""
        offsets = tf.convert_to_tensor(self.offsets)
        is_bent = offsets[0] > 0
        a, b = tf.unstack(tf.where(is_bent, offsets, tf.ones_like(offsets)))
        (first, _), (last, _) = (_logit(end, a, b) for end in (0.0, 1.0))
        return is_bent, a, b, first, last - first


def _distances(f):
    """From either bound: shape (2, n)."""
    return np.stack([f, 1 - f])


def _logit(f, a, b):
    """With offsets: the logit of f and the logarithm of its slope."""
    near, far = f + a, 1 - f + b
    return tf.math.log(near) - tf.math.log(far), tf.math.log(1 / near + 1 / far)
