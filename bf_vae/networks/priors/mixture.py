"""Gaussian mixture conditional prior ``p(z | y)``.

Where the decoder sees y, one Gaussian ``p(z | y)`` is only an affine map of ``N(0, I)``, which the
decoder can absorb. A mixture adds what one Gaussian cannot: several modes. Its KL has no closed
form and is estimated with the z that the decoder gets.
"""

from ...distributions import GaussianMixture
from ..conditional_gaussian import ConditionalGaussian
from .narrow_components import narrow_components


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
        """See `narrow_components`."""
        narrow_components(self.projection.bias, self.head.start, dimensions, scale)
