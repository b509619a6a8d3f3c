"""The encoder ``q(z | theta, y)`` (paper, equation 2)."""

import numpy as np

from ..distributions import DiagonalGaussian
from .conditional_gaussian import ConditionalGaussian

NARROW_START = 0.1


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

    def start_narrow(self, dimensions) -> None:
        """Let z start nearer to the parameters than in their unit, for some of them.

        A posterior of many narrow modes is lost in noise of their distance, and its gradient with
        it: z then stays unused, and the posterior as wide as the prior.

        Parameters
        ----------
        dimensions : np.ndarray of bool, shape (d,)
            The first of the latent's.
        """
        bias = self.projection.bias.numpy()
        scales = bias[..., self.head.event_size :]
        scales[..., : len(dimensions)][..., dimensions] += np.log(NARROW_START)
        self.projection.bias.assign(bias)
