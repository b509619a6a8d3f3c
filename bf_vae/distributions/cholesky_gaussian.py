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
    scale_diag : tf.Tensor of shape (..., d)
        Diagonal of the Cholesky factor, and the unit of its rows.
    lower : tf.Tensor of shape (..., d (d - 1) / 2)
        What is below the diagonal, in that unit and in the order of `tfp.math.fill_triangular`.
    """

    def __init__(self, loc, scale_diag, lower, name="CholeskyGaussian"):
        parameters = dict(locals())
        self._scale_diag, self._lower = scale_diag, lower
        d = loc.shape[-1]
        unit_tril = tf.eye(d, dtype=loc.dtype)
        if d > 1:
            strict = tfp.math.fill_triangular(lower)
            batch_axes = [[0, 0]] * (len(lower.shape) - 1)
            unit_tril += tf.pad(strict, [*batch_axes, [1, 0], [0, 1]])
        super().__init__(loc, scale_diag[..., tf.newaxis] * unit_tril, name=name)
        self._parameters = parameters

    @classmethod
    def _parameter_properties(cls, dtype, num_classes=None):
        vector = tfp.util.ParameterProperties(event_ndims=1)
        return {"loc": vector, "scale_diag": vector, "lower": vector}

    def _call_sample_n(self, sample_shape, seed, **kwargs):
        d = self.loc.shape[-1]
        # Not that of the matrix, which is then not made.
        shape = tf.broadcast_dynamic_shape(tf.shape(self.loc), tf.shape(self._scale_diag))
        noise = Normal(tf.zeros(shape, self.dtype), 1.0).sample(sample_shape, seed)
        draw = noise
        if d > 1:
            rows, columns = self._places(d)
            unit = np.eye(d, dtype=self.dtype.as_numpy_dtype)
            draw += tf.tensordot(
                tf.tensordot(noise, unit[:, columns], 1) * self._lower, unit[rows], 1
            )
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
