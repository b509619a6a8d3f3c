"""Priors over z, one class each: CP-VAE's ``p(z | y)``, chosen by name, and UP-VAE's ``p(z)``."""

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
