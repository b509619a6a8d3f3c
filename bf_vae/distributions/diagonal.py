"""Diagonal Gaussian head: the paper's choice for encoder, prior and decoder (section 3.1)."""

import tensorflow as tf
import tensorflow_probability as tfp

from .head import Head, bounded_scale
from .normal import Normal

tfd = tfp.distributions


class DiagonalGaussian(Head):
    """Gaussian with independent dimensions, ``N(loc, diag(scale^2))``."""

    @property
    def param_size(self) -> int:
        return 2 * self.event_size

    def _read(self, raw: tf.Tensor, shift: tf.Tensor, unit) -> tfd.Independent:
        loc, raw_scale = tf.split(raw, 2, axis=-1)
        loc, scale = unit * loc + shift, unit * bounded_scale(raw_scale)
        return tfd.Independent(Normal(loc, scale), 1)
