"""Simulation-based calibration as histograms."""

import numpy as np
from scipy import stats

from .arguments import check_probabilities
from .draws import parameter_names
from .fractional_ranks import fractional_ranks
from .panels import OTHER, OURS, panels


def plot_rank_histograms(draws, truths, names=None, num_bins=None, level=0.99):
    """Simulation-based calibration: histograms of the truths' ranks among posterior draws.

    Calibrated posteriors give uniform ranks, inside the grey band. A hill says that posteriors are
    too wide, a valley that they are too narrow, a slope that they are biased.

    Parameters
    ----------
    draws : np.ndarray of shape (n, num_draws, d)
    truths : np.ndarray of shape (n, d)
    names : list of str, optional
    num_bins : int, optional
        Default: so that a bin expects about 20 ranks, 5 to 20 bins.
    level : float, optional, default: 0.99
        Share of uniform histograms' bars that lie inside the band.

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
    Talts et al. (2018), Validating Bayesian inference algorithms with simulation-based calibration.
    """
    check_probabilities(level, "level")
    ranks = fractional_ranks(draws, truths)
    n, d = ranks.shape
    num_bins = num_bins or int(np.clip(n // 20, 5, 20))
    band = stats.binom(n, 1 / num_bins).interval(level)
    figure, axes = panels(parameter_names(names, d))
    for i, axis in enumerate(axes):
        axis.axhspan(*band, color=OTHER, alpha=0.4, lw=0)
        axis.hist(ranks[:, i], bins=num_bins, range=(0, 1), color=OURS, alpha=0.8)
        axis.set_xlabel("fractional rank", fontsize=8)
    return figure
