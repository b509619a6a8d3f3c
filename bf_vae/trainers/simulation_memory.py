"""The last simulations of training, kept for diagnostics."""

import numpy as np

from .joining import join
from .simulation_checks import check_counts


class SimulationMemory:
    """Keeps the most recent configured simulations.

    Parameters
    ----------
    capacity : int, optional, default: 1000
        In simulations.

    Raises
    ------
    ValueError
        If the capacity is no whole number, or below 1.
    """

    def __init__(self, capacity: int = 1000):
        check_counts(capacity=capacity)
        self.capacity = capacity
        self._kept: dict[str, np.ndarray] = {}

    def store(self, inputs: dict) -> None:
        """Add simulations, each array of shape (n, ...)."""
        kept = join([self._kept, _last(inputs, self.capacity)]) if self._kept else inputs
        self._kept = _last(kept, self.capacity)

    def is_empty(self) -> bool:
        return not self._kept

    def get_memory(self) -> dict:
        """The kept simulations, as the amortizer takes them."""
        return dict(self._kept)


def _last(inputs, number):
    return {k: v[-number:] for k, v in inputs.items()}
