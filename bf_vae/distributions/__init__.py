"""From a network's output to a TFP distribution."""

from .diagonal import DiagonalGaussian
from .full import FullGaussian
from .head import MAX_SCALE, MIN_SCALE, Head, bounded_scale
from .mixture import GaussianMixture
from .truncated import TruncatedGaussian

__all__ = [
    "MAX_SCALE",
    "MIN_SCALE",
    "DiagonalGaussian",
    "FullGaussian",
    "GaussianMixture",
    "Head",
    "TruncatedGaussian",
    "bounded_scale",
]
