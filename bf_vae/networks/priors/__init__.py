"""Conditional priors ``p(z | y)``, one class each, chosen by name."""

from .autoregressive import AutoregressivePrior
from .autoregressive_mixture import AutoregressiveMixture
from .gaussian import GaussianPrior
from .mixture import MixturePrior
from .standard_normal import StandardNormalPrior

PRIORS = {"gaussian": GaussianPrior, "mixture": MixturePrior, "autoregressive": AutoregressivePrior}

__all__ = [
    "PRIORS",
    "AutoregressiveMixture",
    "AutoregressivePrior",
    "GaussianPrior",
    "MixturePrior",
    "StandardNormalPrior",
]
