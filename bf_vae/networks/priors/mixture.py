"""Gaussian mixture conditional prior ``p(z | y)``.

Where the decoder sees y, one Gaussian ``p(z | y)`` is only an affine map of ``N(0, I)``, which the
decoder can absorb. A mixture adds what one Gaussian cannot: several modes. Its KL has no closed
form and is estimated with the z that the decoder gets.
"""

import numpy as np

from ...distributions import GaussianMixture
from ..conditional_gaussian import ConditionalGaussian
from .autoregressive import REACH


class MixturePrior(ConditionalGaussian):
    """Mixture of diagonal Gaussians over the latent, given the data.

    Parameters
    ----------
    latent_dim : int
    num_components : int
    subnet : keras.Layer
    """

    def __init__(self, latent_dim: int, num_components: int, subnet, **kwargs):
        super().__init__(GaussianMixture(latent_dim, num_components), subnet, **kwargs)

    def start_narrow(self, dimensions, scale: float) -> None:
        """Let components start with a small scale, side by side, in some dimensions.

        See the autoregressive prior's.
        """
        bias, start = self.projection.bias.numpy(), self.head.start
        places = np.arange(-2 * start.size, 0).reshape(2, *start.shape)
        locations, raw_scales = places[..., dimensions]
        start = start[:, dimensions]
        bias[..., locations] += (REACH / np.abs(start).max(axis=0) - 1.0) * start
        bias[..., raw_scales] += np.log(scale)
        self.projection.bias.assign(bias)
