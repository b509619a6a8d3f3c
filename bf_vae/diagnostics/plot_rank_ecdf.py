"""Simulation-based calibration as curves with simultaneous bands."""

import numpy as np

from .draws import parameter_names
from .ecdf_bands import ecdf_bands
from .fractional_ranks import fractional_ranks
from .panels import OTHER, OURS, panels


def plot_rank_ecdf(draws, truths, names=None, level: float = 0.95, difference: bool = True):
    """ECDF of the truths' ranks among posterior draws, one panel a parameter.

    A calibrated posterior's curve stays within the grey band with probability ``level``. Around the
    diagonal, an S that is first above means too narrow, first below too wide; a curve all above
    means that the posterior lies too high, all below too low.

    Parameters
    ----------
    draws : array-like of shape (n, num_draws, d)
    truths : array-like of shape (n, d)
    names : list of str, optional
    level : float, optional, default: 0.95
        Of the band, which holds for the whole curve of one parameter.
    difference : bool, optional, default: True
        Whether the diagonal is subtracted.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    TypeError
        For a dictionary of draws.
    ValueError
        If the shapes do not fit, for NaN or infinity, or a level outside of (0, 1).

    References
    ----------
    Säilynoja, Bürkner and Vehtari (2022), Graphical test for discrete uniformity and its
    applications, arXiv 2103.10522.
    """
    ranks = np.sort(fractional_ranks(draws, truths), axis=0)
    n, d = ranks.shape
    names = parameter_names(names, d)
    points, lower, upper = ecdf_bands(n, level)
    baseline = points if difference else np.zeros_like(points)
    figure, axes = panels(names, sharey=True)
    for i, axis in enumerate(axes):
        curve = np.searchsorted(ranks[:, i], points, side="right") / n
        axis.fill_between(points, lower - baseline, upper - baseline, color=OTHER, alpha=0.4, lw=0)
        axis.plot(points, points - baseline, color="black", lw=0.6, ls="--")
        axis.plot(points, curve - baseline, color=OURS, lw=1.5)
        axis.set_xlabel("fractional rank", fontsize=8)
    axes[0].set_ylabel("ECDF - diagonal" if difference else "ECDF", fontsize=8)
    return figure
