"""Losses of training, in the form that BayesFlow 1.x's diagnostics read."""

import numpy as np
import pandas as pd

# Names of the columns; what is not here keeps its name.
COLUMNS = {"loss": "Loss", "reconstruction": "Reconstruction", "kl": "KL"}


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
        return {f"{part}/{k}": v for part, losses in parts.items() for k, v in losses.items()}

    def set_arrays(self, arrays: dict[str, np.ndarray]) -> None:
        """Take over what `to_arrays` gave."""
        for part in ("train", "validation"):
            losses = {
                k.removeprefix(f"{part}/"): v for k, v in arrays.items() if k.startswith(f"{part}/")
            }
            setattr(self, part, [losses] if losses else [])

    def get_plottable(self):
        """What every ``train_*`` returns.

        Returns
        -------
        pandas.DataFrame or dict
            One row per iteration with a column per loss, in nats per simulation; with validation
            ``{"train_losses": ..., "val_losses": ...}``, the second with one row per epoch.
        """
        train = pd.DataFrame(_join(self.train)).rename(columns=COLUMNS)
        if not self.validation:
            return train
        validation = pd.DataFrame(_join(self.validation)).rename(columns=COLUMNS)
        return {"train_losses": train, "val_losses": validation}


def _join(epochs: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    return {k: np.concatenate([e[k] for e in epochs]) for k in epochs[0]} if epochs else {}
