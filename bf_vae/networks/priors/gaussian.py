"""Gaussian conditional prior ``p(z | y)``: the paper's CP-VAE (section 3.1)."""

from ...distributions import DiagonalGaussian
from ..conditional_gaussian import ConditionalGaussian


class GaussianPrior(ConditionalGaussian):
    """Diagonal Gaussian over the latent, given the data.

    Parameters
    ----------
    latent_dim : int
    num_components : int
        Not used: one Gaussian.
    subnet : keras.Layer
    """

    def __init__(self, latent_dim: int, num_components: int, subnet, **kwargs):
        super().__init__(DiagonalGaussian(latent_dim), subnet, **kwargs)
