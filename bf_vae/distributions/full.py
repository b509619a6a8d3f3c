"""Full-covariance Gaussian head, by the Cholesky factor of the covariance."""

import tensorflow as tf

from .cholesky_gaussian import CholeskyGaussian
from .head import Head, bounded_scale


class FullGaussian(Head):
    """Gaussian with a full covariance ``L L^T``.

    Row i of the Cholesky factor L is scaled by its own diagonal entry, so that the network's
    off-diagonal outputs do not depend on the unit of dimension i.
    """

    @property
    def param_size(self) -> int:
        return 2 * self.event_size + self.event_size * (self.event_size - 1) // 2

    def _read(self, raw: tf.Tensor, shift: tf.Tensor, unit) -> CholeskyGaussian:
        d = self.event_size
        loc, raw_scale, lower = tf.split(raw, [d, d, self.param_size - 2 * d], axis=-1)
        return CholeskyGaussian(unit * loc + shift, unit * bounded_scale(raw_scale), lower)
