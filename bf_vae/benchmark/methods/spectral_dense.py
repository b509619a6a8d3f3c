"""A dense layer of bounded slope."""

import keras
from keras import ops


class SpectralDense(keras.layers.Dense):
    """Dense, with the kernel divided by its largest singular value.

    Like PyTorch's ``spectral_norm``: a call in training takes a step of the power iteration, and
    gradients pass through the division, singular vectors held constant.

    Parameters
    ----------
    units : int

    References
    ----------
    Miyato et al. (2018). Spectral normalization for generative adversarial networks. ICLR.
    """

    def __init__(self, units: int):
        super().__init__(units)

    def build(self, input_shape):
        super().build(input_shape)
        self.direction = self.add_weight(
            name="direction",
            shape=(1, self.units),
            initializer=keras.initializers.RandomNormal(stddev=1.0),
            trainable=False,
        )

    def call(self, x, training=False):
        """Map x of shape (..., features) to (..., units)."""
        kernel = ops.stop_gradient(self.kernel)
        left = ops.normalize(ops.matmul(self.direction, ops.transpose(kernel)))
        right = ops.normalize(ops.matmul(left, kernel))
        if training:
            self.direction.assign(right)
        norm = ops.sum(ops.matmul(left, self.kernel) * right)
        return ops.matmul(x, self.kernel / norm) + self.bias
