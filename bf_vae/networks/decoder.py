"""The parameter decoder ``p(theta | z, y)`` (paper, equations 6 and 10)."""

from ..distributions import (
    DiagonalGaussian,
    FullGaussian,
    GaussianMixture,
    Head,
    TruncatedGaussian,
)
from .conditional_gaussian import ConditionalGaussian
from .support import Support

DECODERS = ("diagonal", "full", "truncated", "mixture")


def resolve_decoder(kind: str, support: Support) -> str:
    """What ``"auto"`` stands for: truncated where the support is a box, else full covariance."""
    if kind == "auto":
        return "truncated" if support.is_box.any() else "full"
    return kind


class Decoder(ConditionalGaussian):
    """Gaussian over the standardized parameters, given the latent and (usually) the data.

    Parameters
    ----------
    kind : {"diagonal", "full", "truncated", "mixture"}
        The head; "diagonal" is the paper's.
    bounds : (lower, upper)
        Bounds of the standardized parameters, each of shape (d,); only "truncated" uses them.
    num_components : int
        Only "mixture" uses it.
    subnet : keras.Layer
    """

    def __init__(self, kind: str, bounds, num_components: int, subnet, **kwargs):
        super().__init__(self._head(kind, bounds, num_components), subnet, **kwargs)

    @staticmethod
    def _head(kind, bounds, num_components) -> Head:
        size = len(bounds[0])
        if kind == "truncated":
            return TruncatedGaussian(size, *bounds)
        if kind == "mixture":
            return GaussianMixture(size, num_components)
        return {"diagonal": DiagonalGaussian, "full": FullGaussian}[kind](size)
