"""Losses of training, in the form that BayesFlow 1.x's diagnostics read."""

import pandas as pd

# Names of the columns; what is not here keeps its name.
COLUMNS = {"loss": "Loss", "reconstruction": "Reconstruction", "kl": "KL"}


class LossHistory:
    """Training losses per iteration and validation losses per epoch."""

    def __init__(self):
        self.train: list[dict[str, float]] = []
        self.validation: list[dict[str, float]] = []

    def add_epoch(self, losses: dict) -> None:
        """Append one epoch: name -> array of shape (iterations,)."""
        columns = {k: [float(x) for x in v] for k, v in losses.items()}
        self.train += [
            dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)
        ]

    def add_validation(self, losses: dict) -> None:
        """Append one epoch's validation losses: name -> scalar."""
        self.validation.append({k: float(v) for k, v in losses.items()})

    def extend(self, other: "LossHistory") -> None:
        """Append the epochs of another history."""
        self.train += other.train
        self.validation += other.validation

    def get_plottable(self):
        """What every ``train_*`` returns.

        Returns
        -------
        pandas.DataFrame or dict
            One row per iteration with a column per loss, in nats per simulation; with validation
            ``{"train_losses": ..., "val_losses": ...}``, the second with one row per epoch.
        """
        train = pd.DataFrame(self.train).rename(columns=COLUMNS)
        if not self.validation:
            return train
        return {
            "train_losses": train,
            "val_losses": pd.DataFrame(self.validation).rename(columns=COLUMNS),
        }
