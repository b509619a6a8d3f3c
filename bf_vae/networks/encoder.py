"""The encoder ``q(z | theta, y)`` (paper, equation 2)."""

from ..distributions import DiagonalGaussian
from .conditional_gaussian import ConditionalGaussian


class Encoder(ConditionalGaussian):
    """Diagonal Gaussian over the latent, given parameters and data.

    Only training and density estimates need it; sampling a posterior does not.

    Parameters
    ----------
    latent_dim : int
    subnet : keras.Layer
    """

    def __init__(self, latent_dim: int, subnet, **kwargs):
        super().__init__(DiagonalGaussian(latent_dim), subnet, **kwargs)
