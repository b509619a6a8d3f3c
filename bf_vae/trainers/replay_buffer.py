"""A circular buffer of simulated batches, for experience replay."""

import numpy as np


class ReplayBuffer:
    """Keeps the last ``capacity`` batches and gives them back in random order.

    Parameters
    ----------
    capacity : int
        In batches.
    rng : np.random.Generator
    """

    def __init__(self, capacity: int, rng: np.random.Generator):
        if capacity < 1:
            raise ValueError(f"buffer_capacity counts batches, at least 1, got {capacity}.")
        self.capacity, self.rng = capacity, rng
        self.batches: list[dict] = []
        self._next = 0

    def store(self, batch: dict) -> None:
        """Add a batch, in place of the oldest one if the buffer is full."""
        if len(self.batches) < self.capacity:
            self.batches.append(batch)
        else:
            self.batches[self._next] = batch
        self._next = (self._next + 1) % self.capacity

    def sample(self) -> dict:
        """One of the stored batches, each with equal probability."""
        return self.batches[self.rng.integers(len(self.batches))]
