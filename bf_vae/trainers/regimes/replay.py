"""Experience replay: batches drawn from a buffer of the last ones."""

import numpy as np

from ..joining import join
from ..simulation_checks import check_counts
from .online import OnlineSimulations
from .regime import epoch_key, in_order


class ReplayedSimulations(OnlineSimulations):
    """Each iteration adds a new batch to the buffer and trains on one that is drawn from it.

    The buffer holds the last ``buffer_capacity`` batches, each with equal probability. A run that
    is continued fills it again, by simulating the epochs that it held.

    Parameters
    ----------
    buffer_capacity : int
        In batches.
    feed, epochs, iterations_per_epoch, batch_size, options
        See `OnlineSimulations`.
    """

    name = "replay"

    def __init__(self, *args, buffer_capacity: int):
        super().__init__(*args)
        check_counts(buffer_capacity=buffer_capacity)
        self._capacity = buffer_capacity
        self.settings |= {"buffer_capacity": buffer_capacity}
        self._batches: dict[int, dict] = {}  # by the iteration that drew them

    def epoch(self, seed, round_, epoch):
        newest = epoch * self._iterations + np.arange(self._iterations)
        oldest = np.maximum(0, newest - self._capacity + 1)
        for earlier in range(oldest[0] // self._iterations, epoch + 1):
            self._fill(seed, earlier)
        self._batches = {i: b for i, b in self._batches.items() if i >= oldest[0]}
        rng = np.random.default_rng(epoch_key(seed, round_, epoch))
        drawn = rng.integers(oldest, newest + 1)
        return in_order(join([self._batches[i] for i in drawn]), self._batch_size)

    def _fill(self, seed, epoch):
        first = epoch * self._iterations
        if first + self._iterations - 1 in self._batches:
            return
        inputs = self._simulate(seed, epoch)
        for i in range(self._iterations):
            start = i * self._batch_size
            batch = slice(start, start + self._batch_size)
            self._batches[first + i] = {k: v[batch] for k, v in inputs.items()}
