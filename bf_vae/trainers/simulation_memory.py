"""The last simulations of training, kept for diagnostics."""

import numpy as np


class SimulationMemory:
    """Keeps the most recent configured simulations.

    Parameters
    ----------
    capacity : int, optional, default: 1000
        In simulations.
    """

    def __init__(self, capacity: int = 1000):
        self.capacity = capacity
        self._kept: dict[str, np.ndarray] = {}

    def store(self, inputs: dict) -> None:
        """Add simulations, each array of shape (n, ...)."""
        for key, value in inputs.items():
            old = self._kept.get(key, value[:0])
            self._kept[key] = np.concatenate([old, value[-self.capacity :]])[-self.capacity :]

    def is_empty(self) -> bool:
        return not self._kept

    def get_memory(self) -> dict:
        """The kept simulations, as the amortizer takes them."""
        return dict(self._kept)
