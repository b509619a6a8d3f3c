"""A calibration report in one table, with a verdict for each parameter."""

import numpy as np
import pandas as pd

from .arguments import check_probabilities
from .coverage import coverage_of
from .draws import parameter_names
from .ecdf_bands import uniformity_p_value
from .fractional_ranks import fractional_ranks
from .z_score_contraction import z_score_contraction

LEVELS = (0.5, 0.8, 0.95)


def calibration_table(draws, truths, names=None, alpha: float = 0.01) -> pd.DataFrame:
    """Rank uniformity, coverage, contraction and a verdict, one row a parameter.

    Parameters
    ----------
    draws : array-like of shape (n, num_draws, d)
        Posterior draws for n simulated data sets; 100 data sets or more see a posterior that is
        wrong by a half.
    truths : array-like of shape (n, d)
    names : list of str, optional
    alpha : float, optional, default: 0.01
        Probability that any of the d verdicts is other than "calibrated" for an exact posterior;
        each parameter's p-value is compared with alpha / d.

    Returns
    -------
    pandas.DataFrame
        Indexed by the parameters' names. ``rank_p_value``: see `uniformity_p_value`.
        ``coverage_50``, ``coverage_80``, ``coverage_95``: shares of truths in central intervals.
        ``contraction``: the median over data sets. ``verdict``: "calibrated" where no deviation
        is found, otherwise what explains the ranks best: "too narrow", "too wide", "too low",
        "too high" (the posterior, compared with the truths).

    Raises
    ------
    TypeError
        For a dictionary of draws.
    ValueError
        If the shapes do not fit, for NaN or infinity, if there are fewer than two data sets, or
        for an alpha outside of (0, 1).

    References
    ----------
    Talts et al. (2018), arXiv 1804.06788; Säilynoja et al. (2022), arXiv 2103.10522.
    """
    check_probabilities(alpha, "alpha")
    ranks = fractional_ranks(draws, truths)
    if len(ranks) < 2:
        raise ValueError("A calibration table needs two data sets or more, got 1: simulate more.")
    names = parameter_names(names, ranks.shape[1])
    p_values = uniformity_p_value(ranks)
    shares = coverage_of(2 * np.abs(ranks - 0.5), LEVELS, names)
    learned = z_score_contraction(draws, truths, names=range(len(names)))
    contraction = learned.groupby("parameter", sort=False)["contraction"].median()
    table = pd.DataFrame({"rank_p_value": p_values}, index=pd.Index(names, name="parameter"))
    for level in LEVELS:
        table[f"coverage_{round(100 * level)}"] = shares.loc[level].to_numpy()
    table["contraction"] = contraction.to_numpy()
    is_off = p_values < alpha / len(names)
    deviations = _deviations(ranks)
    table["verdict"] = np.where(is_off, deviations, "calibrated")
    return table


def _deviations(ranks: np.ndarray) -> list[str]:
    """Which deviation explains each column of ranks (n, d) best.

    A uniform rank u has mean 1/2 and variance 1/12, and so has ``|2 u - 1|``.
    """
    scale = np.sqrt(12 * len(ranks))
    shift = scale * (ranks.mean(axis=0) - 0.5)
    spread = scale * (np.abs(2 * ranks - 1).mean(axis=0) - 0.5)
    # Truths at high ranks: the posterior lies too low.
    shifted = np.where(shift > 0, "too low", "too high")
    spreaded = np.where(spread > 0, "too narrow", "too wide")
    return np.where(np.abs(spread) >= np.abs(shift), spreaded, shifted).tolist()
