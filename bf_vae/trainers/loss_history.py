"""Losses of training, in the form that BayesFlow 1.x's diagnostics read."""

import numpy as np
import pandas as pd

# Names of the columns; what is not here keeps its name.
COLUMNS = {"loss": "Loss", "reconstruction": "Reconstruction", "kl": "KL"}
# Key of the number of iterations in each epoch, which grows from round to round.
ITERATIONS = "iterations"


class LossHistory:
    """Training losses per iteration and validation losses per epoch."""

    def __init__(self):
        # One dictionary an epoch: name -> losses, shape (iterations,), or (1,) for validation.
        self.train: list[dict[str, np.ndarray]] = []
        self.validation: list[dict[str, np.ndarray]] = []

    def add_epoch(self, losses: dict) -> None:
        """Append one epoch: name -> array of shape (iterations,)."""
        self.train.append({k: np.asarray(v) for k, v in losses.items()})

    def add_validation(self, losses: dict) -> None:
        """Append one epoch's validation losses: name -> scalar."""
        self.validation.append({k: np.atleast_1d(v) for k, v in losses.items()})

    def to_arrays(self) -> dict[str, np.ndarray]:
        """Everything as arrays, for a checkpoint."""
        parts = {"train": _join(self.train), "validation": _join(self.validation)}
        arrays = {f"{part}/{k}": v for part, losses in parts.items() for k, v in losses.items()}
        return {**arrays, ITERATIONS: np.array(self._iterations, int)}

    def set_arrays(self, arrays: dict[str, np.ndarray]) -> None:
        """Take over what `to_arrays` gave."""
        # A checkpoint of an earlier version does not say where an epoch ends.
        ends = np.cumsum(arrays.get(ITERATIONS, [0]))[:-1]
        self.train = _split(arrays, "train/", ends)
        self.validation = _split(arrays, "validation/", np.arange(1, len(ends) + 1))

    @property
    def _iterations(self):
        return [len(next(iter(epoch.values()))) for epoch in self.train]

    def get_plottable(self):
        """What every ``train_*`` returns.

        Returns
        -------
        pandas.DataFrame or dict
            One row per iteration with a column per loss, in nats per simulation; with validation
            ``{"train_losses": ..., "val_losses": ...}``, the second with one row per epoch. The
            first has the numbers of iterations of the epochs in ``attrs["iterations"]``.
        """
        train = pd.DataFrame(_join(self.train)).rename(columns=COLUMNS)
        train.attrs[ITERATIONS] = self._iterations
        if not self.validation:
            return train
        validation = pd.DataFrame(_join(self.validation)).rename(columns=COLUMNS)
        return {"train_losses": train, "val_losses": validation}


def _join(epochs: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    return {k: np.concatenate([e[k] for e in epochs]) for k in epochs[0]} if epochs else {}


def _split(arrays, prefix, ends) -> list[dict[str, np.ndarray]]:
    """Undo `_join`, for the arrays whose names start with the prefix."""
    parts = {
        k.removeprefix(prefix): np.split(v, ends) for k, v in arrays.items() if k.startswith(prefix)
    }
    return [dict(zip(parts, epoch, strict=True)) for epoch in zip(*parts.values(), strict=True)]
