"""Automatic posterior transformation: NPE-C in rounds, for one observation."""

from .npe import NPE


class APT(NPE):
    """sbi's NPE-C, the budget split over ten rounds as in sbibm."""

    amortized = False
    rounds = 10
