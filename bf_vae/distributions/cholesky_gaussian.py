"""The Gaussian with a full covariance, drawn fast."""

import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp

from .normal import Normal

tfd = tfp.distributions


class CholeskyGaussian(tfd.MultivariateNormalTriL):
    """TFP's, drawn without a matrix for each draw: to make it takes longer than to use it.

    Parameters
    ----------
    loc : tf.Tensor of shape (..., d)
    scale : tf.Tensor of shape (..., d)
        Diagonal of the Cholesky factor, and the unit of its rows.
    lower : tf.Tensor of shape (..., d (d - 1) / 2)
        What is below the diagonal, in that unit and in the order of `tfp.math.fill_triangular`.
    """

    def __init__(self, loc, scale, lower, name="CholeskyGaussian"):
        self._scale_diag, self._lower = scale, lower
        d = loc.shape[-1]
        unit_tril = tf.eye(d, dtype=loc.dtype)
        if d > 1:
            strict = tfp.math.fill_triangular(lower)
            batch_axes = [[0, 0]] * (len(loc.shape) - 1)
            unit_tril += tf.pad(strict, [*batch_axes, [1, 0], [0, 1]])
        super().__init__(loc, scale[..., tf.newaxis] * unit_tril, name=name)

    def _call_sample_n(self, sample_shape, seed, **kwargs):
        d = self.loc.shape[-1]
        noise = Normal(tf.zeros_like(self.loc), 1.0).sample(sample_shape, seed)
        draw = noise
        if d > 1:
            rows, columns = self._places(d)
            read, write = np.eye(d, dtype="float32")[:, columns], np.eye(d, dtype="float32")[rows]
            draw += tf.tensordot(tf.tensordot(noise, read, 1) * self._lower, write, 1)
        return self.loc + self._scale_diag * draw

    @staticmethod
    def _places(d):
        """Rows and columns of what is below the diagonal."""
        size = d * (d - 1) // 2
        number = np.arange(size)
        # As `tfp.math.fill_triangular` does.
        square = np.concatenate([number[d - 1 :], number[::-1]]).reshape(d - 1, d - 1)
        row, column = np.tril_indices(d - 1)
        order = np.argsort(square[row, column])
        return row[order] + 1, column[order]
