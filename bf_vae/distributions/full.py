"""Full-covariance Gaussian head, by the Cholesky factor of the covariance."""

import tensorflow as tf
import tensorflow_probability as tfp

from .head import Head, bounded_scale

tfd = tfp.distributions


class FullGaussian(Head):
    """Gaussian with a full covariance ``L L^T``.

    Row i of the Cholesky factor L is scaled by its own diagonal entry, so that the network's
    off-diagonal outputs do not depend on the unit of dimension i.
    """

    @property
    def param_size(self) -> int:
        return 2 * self.event_size + self.event_size * (self.event_size - 1) // 2

    def _read(self, raw: tf.Tensor, shift: tf.Tensor, unit) -> tfd.MultivariateNormalTriL:
        d = self.event_size
        loc, raw_scale, lower = tf.split(raw, [d, d, self.param_size - 2 * d], axis=-1)
        unit_tril = tf.eye(d, dtype=raw.dtype)
        if d > 1:
            strict = tfp.math.fill_triangular(lower)
            batch_axes = [[0, 0]] * (len(raw.shape) - 1)
            unit_tril += tf.pad(strict, [*batch_axes, [1, 0], [0, 1]])
        scale_tril = (unit * bounded_scale(raw_scale))[..., tf.newaxis] * unit_tril
        return tfd.MultivariateNormalTriL(unit * loc + shift, scale_tril)
