"""Training on simulations that are there already, in a new order each epoch."""

import numpy as np

from ..fingerprint import fingerprint
from ..simulation_checks import check_batch_size, check_counts
from .regime import Regime, epoch_key, num_rows, on_device


class OfflineSimulations(Regime):
    """Simulations that are shuffled anew in each epoch.

    Parameters
    ----------
    inputs : dict of np.ndarray of shape (n, ...)
        As the amortizer takes them.
    epochs, batch_size : int
    """

    def __init__(self, inputs: dict, epochs: int, batch_size: int):
        check_counts(epochs=epochs)
        self._size, self._batch_size = num_rows(inputs), batch_size
        check_batch_size(self._size, batch_size)
        self._steps = self._size // batch_size
        self.epochs, self.total_steps = epochs, epochs * self._steps
        self._data = on_device(inputs)
        self.settings = {
            "regime": "offline",
            "data": fingerprint(inputs),
            "epochs": epochs,
            "batch_size": batch_size,
        }

    def epoch(self, seed, round_, epoch):
        order = np.random.default_rng(epoch_key(seed, round_, epoch)).permutation(self._size)
        return self._data, order[: self._steps * self._batch_size].reshape(self._steps, -1)


def hold_out(inputs: dict, share: float) -> tuple[dict, dict]:
    """Split simulations into those to train on and those to validate with.

    At random, yet always in the same way, so that a run that was cut off can be continued.

    Raises
    ------
    ValueError
        If the share does not lie in (0, 1), or leaves nothing to train on.
    """
    if not 0 < share < 1:
        raise ValueError(f"A share of simulations to hold out lies in (0, 1), got {share}.")
    size = num_rows(inputs)
    order = np.random.default_rng(size).permutation(size)
    held, kept = np.split(order, [max(1, round(share * size))])
    if not len(kept):
        raise ValueError(f"With {len(held)} of {size} simulations held out, none are left.")
    return {k: v[kept] for k, v in inputs.items()}, {k: v[held] for k, v in inputs.items()}
