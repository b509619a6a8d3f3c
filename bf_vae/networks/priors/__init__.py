"""Conditional priors ``p(z | y)``, one class each, chosen by name."""

from .gaussian import GaussianPrior
from .mixture import MixturePrior
from .standard_normal import StandardNormalPrior

PRIORS = {"gaussian": GaussianPrior, "mixture": MixturePrior}

__all__ = ["PRIORS", "GaussianPrior", "MixturePrior", "StandardNormalPrior"]
