"""The data decoder ``p(y | z)`` of the UP-VAE (paper, equation 10)."""

from ..distributions import DiagonalGaussian
from .conditional_gaussian import ConditionalGaussian


class DataDecoder(ConditionalGaussian):
    """Diagonal Gaussian over the standardized data, given the latent.

    An auxiliary objective of training; sampling a posterior does not use it.

    Parameters
    ----------
    num_features : int
        Features of the data.
    subnet : keras.Layer
    """

    def __init__(self, num_features: int, subnet, **kwargs):
        super().__init__(DiagonalGaussian(num_features), subnet, **kwargs)
