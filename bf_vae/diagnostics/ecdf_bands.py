"""Simultaneous bands of an empirical distribution function, and the test that belongs to them."""

from functools import lru_cache

import numpy as np
from scipy import stats

from .arguments import check_probabilities

# Simulated samples behind a band; p-values above 1 / (NUM_NULL + 1) are multiples of it.
NUM_NULL = 2000
MAX_POINTS = 200
# Simulated uniforms held at a time.
BLOCK = 2_000_000


def ecdf_bands(num_values: int, level: float = 0.95):
    """Bands that hold the whole ECDF of n uniform values with probability ``level``.

    Pointwise binomial intervals, all at the one probability gamma for which the bands hold the
    whole curve in a share ``level`` of simulated samples.

    Parameters
    ----------
    num_values : int
        Size n of the sample.
    level : float, optional, default: 0.95

    Returns
    -------
    points : np.ndarray of shape (k,)
        Where the bands are, in (0, 1).
    lower, upper : np.ndarray of shape (k,)
        Shares of the sample.

    Raises
    ------
    ValueError
        If the sample is empty, or the level not in (0, 1).

    References
    ----------
    Säilynoja, Bürkner and Vehtari (2022), Graphical test for discrete uniformity and its
    applications, Statistics and Computing 32, section 2.2.
    """
    if num_values < 1:
        raise ValueError(f"Bands need one value or more, got {num_values}.")
    check_probabilities(level, "level")
    gamma = np.quantile(_null_statistics(num_values), 1 - level)
    points = _points(num_values)
    lower = stats.binom.ppf(gamma / 2, num_values, points) / num_values
    upper = stats.binom.ppf(1 - gamma / 2, num_values, points) / num_values
    return points, lower, upper


def uniformity_p_value(values) -> np.ndarray:
    """P-value of "these values are uniform on (0, 1)", by how far their ECDF leaves the diagonal.

    The statistic is the smallest two-sided binomial tail probability along the curve, the one that
    `ecdf_bands` bounds: a p-value below 0.05 goes with a curve that leaves the 95 % bands.

    Parameters
    ----------
    values : array-like of shape (n,) or (n, d)
        Fractional ranks, in [0, 1].

    Returns
    -------
    np.ndarray of shape () or (d,)

    Raises
    ------
    ValueError
        If there are none, or values outside of [0, 1].

    References
    ----------
    As for `ecdf_bands`.
    """
    values = np.asarray(values, "float64")
    if values.size == 0 or not ((values >= 0) & (values <= 1)).all():
        raise ValueError("Ranks must be fractions in [0, 1], and there must be some.")
    null = _null_statistics(len(values))
    columns = values.reshape(len(values), -1).T
    points = _points(len(values))
    statistic = _statistic(columns, points)
    below = (null <= statistic[:, np.newaxis]).sum(axis=1)
    p_values = (1 + below) / (len(null) + 1)
    # Beyond what the simulated samples resolve: the union bound over the points.
    bound = np.minimum(p_values, len(points) * statistic)
    p_values = np.where(below == 0, bound, p_values)
    return p_values.reshape(values.shape[1:])


def _points(num_values: int) -> np.ndarray:
    number = min(num_values, MAX_POINTS)
    return np.arange(1, number + 1) / (number + 1)


@lru_cache(maxsize=8)
def _null_statistics(num_values: int) -> np.ndarray:
    """The statistic of ``NUM_NULL`` uniform samples; equal for equal sizes."""
    rng, points = np.random.default_rng(0), _points(num_values)
    rows = max(1, BLOCK // num_values)
    starts = range(0, NUM_NULL, rows)
    samples = (rng.uniform(size=(min(rows, NUM_NULL - s), num_values)) for s in starts)
    return np.concatenate([_statistic(sample, points) for sample in samples])


def _statistic(samples: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Smallest two-sided tail probability of the counts below each point; samples (rows, n)."""
    n = samples.shape[1]
    counts = np.stack([np.searchsorted(s, points, side="right") for s in np.sort(samples, axis=1)])
    # Tables of the binomial distribution: n + 1 counts at each point, looked up by the rows.
    # Not one minus the other, which leaves nothing of a small tail.
    below, above = (
        tail(np.arange(-1, n + 1), n, points[:, np.newaxis])
        for tail in (stats.binom.cdf, stats.binom.sf)
    )
    index = np.arange(len(points))
    tails = np.minimum(below[index, counts + 1], above[index, counts])
    return np.minimum(1.0, 2 * tails).min(axis=1)
