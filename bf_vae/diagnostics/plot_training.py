"""Losses over the epochs of a training."""

import matplotlib.pyplot as plt
import numpy as np

from .epoch_means import epoch_means
from .panels import OTHER, OURS

PARTS = ("Loss", "Reconstruction", "KL")


def plot_training(history):
    """Loss, and the reconstruction and KL terms that it consists of, in nats per simulation.

    Parameters
    ----------
    history : pandas.DataFrame or dict of pandas.DataFrame
        What the Trainer's ``train_*`` return: the losses per iteration, or, with validation,
        ``{"train_losses", "val_losses"}``.

    Returns
    -------
    matplotlib.figure.Figure
        One panel a term. With validation over epochs, and the best epoch marked; otherwise over
        iterations.

    Raises
    ------
    ValueError
        If there are no losses, or no column "Loss".
    """
    has_validation = isinstance(history, dict)
    train = history["train_losses"] if has_validation else history
    validation = history["val_losses"] if has_validation else None
    if "Loss" not in train or not len(train):
        raise ValueError(f"A history has a column 'Loss' and rows, got {list(train)}.")
    if has_validation:
        epochs = np.arange(1, len(validation) + 1)
        means = epoch_means(train, len(epochs))
    parts = [name for name in (*PARTS, *train) if name in train]
    parts = list(dict.fromkeys(parts))
    figure, axes = plt.subplots(
        1, len(parts), figsize=(3.4 * len(parts), 3), squeeze=False, layout="constrained"
    )
    for axis, name in zip(axes.flat, parts, strict=True):
        if has_validation:
            axis.plot(epochs, means[name], color=OTHER, lw=1.5, label="training")
            axis.plot(epochs, validation[name], color=OURS, lw=1.5, label="validation")
        else:
            axis.plot(np.arange(1, len(train) + 1), train[name], color=OURS, lw=1)
        _fit_view(axis)
        if has_validation:
            best = epochs[np.argmin(validation["Loss"])]
            axis.axvline(best, color="crimson", lw=0.8, ls="--", label=f"best epoch, {best}")
        axis.set_title(name, fontsize=10)
        axis.set_xlabel("epoch" if has_validation else "iteration", fontsize=8)
        axis.tick_params(labelsize=8)
    axes[0, 0].set_ylabel("nats per simulation", fontsize=8)
    if has_validation:
        axes[0, 0].legend(frameon=False, fontsize=8)
    return figure


def _fit_view(axis):
    """Show where training ends: the first steps may be orders of magnitude above."""
    values = np.concatenate([np.asarray(line.get_ydata(), float) for line in axis.lines])
    values = values[np.isfinite(values)]
    low, high = np.quantile(values, [0, 0.97])
    margin = 0.08 * max(high - low, 1e-6)
    axis.set_ylim(low - margin, high + margin)
