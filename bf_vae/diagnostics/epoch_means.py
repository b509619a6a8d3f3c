"""Training losses of epochs, in place of those of iterations."""

import numpy as np
import pandas as pd


def epoch_means(losses: pd.DataFrame, num_epochs: int | None = None) -> pd.DataFrame:
    """Mean losses of each epoch, which is what validation losses compare with.

    Parameters
    ----------
    losses : pandas.DataFrame
        One row per iteration, as the Trainer's ``train_*`` return them.
    num_epochs : int, optional
        For losses that do not say where an epoch ends, as those read from a file: so many epochs
        of equal length.

    Returns
    -------
    pandas.DataFrame
        One row per epoch, counted from 0.
    """
    sizes = losses.attrs.get("iterations", [])
    if sum(sizes) != len(losses) or num_epochs not in (None, len(sizes)):
        ends = np.linspace(0, len(losses), (num_epochs or 1) + 1).astype(int)
        sizes = np.diff(ends)
    epochs = pd.Index(np.repeat(np.arange(len(sizes)), sizes), name="epoch")
    return losses.groupby(epochs).mean()
