"""TARP: coverage of regions around random points, a check of the joint posterior from draws."""

import numpy as np
import pandas as pd

from .arguments import check_finite, fitting_array
from .coverage import LEVELS, coverage_of
from .draws import check_draws
from .fractional_ranks import ranks_of


def tarp_ranks(draws, truths, references=None, seed: int = 0) -> np.ndarray:
    """Share of posterior draws nearer to a random reference point than the truth is.

    Uniform on (0, 1) if the posterior is exact. Distances are Euclidean, each parameter in units of
    the truths' standard deviation.

    Parameters
    ----------
    draws : array-like of shape (n, num_draws, d)
    truths : array-like of shape (n, d)
    references : array-like of shape (n, d), optional
        One point for each data set; a point that depends on the data makes the check sharper.
        Default: uniform in the box that the truths span.
    seed : int, optional, default: 0
        Of the reference points.

    Returns
    -------
    np.ndarray of shape (n,)

    Raises
    ------
    TypeError
        For a dictionary of draws.
    ValueError
        If the shapes do not fit, or for NaN or infinity.

    References
    ----------
    Lemos, Coogan, Hezaveh and Perreault-Levasseur (2023), Sampling-based accuracy testing of
    posterior estimators for general inference, arXiv 2302.03026, algorithm 2.
    """
    draws, truths = check_draws(draws, truths)
    if references is None:
        box = truths.min(axis=0), truths.max(axis=0)
        # Numbers of its own: truths may have been drawn by a generator with the same seed.
        references = np.random.default_rng([seed, 5]).uniform(*box, size=truths.shape)
    references = fitting_array(references, "References", truths.shape, draws)
    check_finite(references, "References hold")
    spread = truths.std(axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    of_draws = np.linalg.norm((draws - references[:, np.newaxis]) / scale, axis=-1)
    of_truths = np.linalg.norm((truths - references) / scale, axis=-1)
    return ranks_of(of_draws, of_truths, seed)


def tarp_coverage(draws, truths, references=None, levels=LEVELS, seed: int = 0) -> pd.DataFrame:
    """Expected coverage of balls around random points that hold a posterior share ``level``.

    Parameters
    ----------
    draws, truths, references, seed
        As for `tarp_ranks`.
    levels : sequence of float, optional
        Nominal probabilities. Default: 0.05 to 0.95.

    Returns
    -------
    pandas.DataFrame
        One row a level (the index, "level"), the column "TARP". An S around the diagonal tells of
        posteriors too narrow or too wide; which of both, `coverage` says.

    Raises
    ------
    TypeError
        For a dictionary of draws.
    ValueError
        As `tarp_ranks`, or for a level outside of (0, 1).

    References
    ----------
    As for `tarp_ranks`.
    """
    ranks = tarp_ranks(draws, truths, references, seed)
    return coverage_of(ranks[:, np.newaxis], levels, ["TARP"])
