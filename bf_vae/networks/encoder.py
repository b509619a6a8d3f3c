"""The encoder ``q(z | theta, y)`` (paper, equation 2)."""

import numpy as np

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

    def start_narrow(self, dimensions, scale: float) -> None:
        """Let z start nearer to the parameters than in their unit, in some dimensions.

        A posterior of many narrow modes is lost in noise of their distance, and its gradient with
        it: z then stays unused, and the posterior as wide as the prior.

        Parameters
        ----------
        dimensions : np.ndarray of int
        scale : float
            Of the noise.
        """
        bias = self.projection.bias.numpy()
        bias[..., self.head.event_size + dimensions] += np.log(scale)
        self.projection.bias.assign(bias)
