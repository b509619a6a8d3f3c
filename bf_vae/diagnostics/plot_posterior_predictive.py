"""An observation over what the fitted model predicts."""

import re

import matplotlib.pyplot as plt
import numpy as np

from .panels import OTHER, OURS

# So many names of features fit under the axis.
MAX_LABELS = 12


def plot_posterior_predictive(table, x=None, xlabel=None):
    """Median and intervals of posterior predictions, and the observation.

    Parameters
    ----------
    table : pandas.DataFrame
        Of `posterior_predictive`.
    x : array-like of shape (m,), optional
        Where the features are, such as points in time: they are then joined by lines. Default: side
        by side.
    xlabel : str, optional

    Returns
    -------
    matplotlib.figure.Figure
    """
    positions = range(len(table)) if x is None else x
    figure, axis = plt.subplots(figsize=(6.4, 3.6), layout="constrained")
    levels = sorted(
        (m[1] for m in (re.fullmatch("lower_(.+)", c) for c in table) if m), key=float, reverse=True
    )
    for level, alpha in zip(levels, np.linspace(0.35, 0.9, len(levels)), strict=True):
        bounds = table[f"lower_{level}"], table[f"upper_{level}"]
        label = f"{level} % of predictions"
        if x is None:
            height = bounds[1] - bounds[0]
            axis.bar(positions, height, 0.6, bounds[0], color=OTHER, alpha=alpha, label=label)
        else:
            axis.fill_between(positions, *bounds, color=OTHER, alpha=alpha, lw=0, label=label)
    style = {"ls": "", "marker": "_", "ms": 12} if x is None else {"lw": 1.2}
    axis.plot(positions, table["median"], color=OURS, label="median prediction", **style)
    axis.plot(positions, table["observed"], "o", ms=4, color="crimson", label="observed")
    if x is None and len(table) <= MAX_LABELS:
        axis.set_xticks(positions, table.index)
    axis.set_xlabel(xlabel or ("feature" if x is None else ""))
    figure.legend(loc="outside upper center", ncols=4, frameon=False, fontsize=8)
    return figure
