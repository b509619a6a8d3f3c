"""Columns whose scale is set by a single number."""

import numpy as np

# Of one number in the variance of its column, and the least standard deviations from the mean,
# which a handful of simulations cannot reach.
SHARE, DISTANCE = 0.25, 5.0


def lone_numbers(rows: np.ndarray) -> np.ndarray:
    """Columns of which one number makes up a quarter or more of the variance.

    Parameters
    ----------
    rows : np.ndarray of shape (n, columns)
        Standardized.

    Returns
    -------
    np.ndarray of int
        Their indices. What is almost always the same, as counts of something rare, is not among
        them: it says little anyway.
    """
    squares = np.square(rows)
    largest = squares.max(axis=0)
    alone = (largest > SHARE * squares.sum(axis=0)) & (largest > DISTANCE**2)
    alone &= np.median(np.abs(rows - np.median(rows, axis=0)), axis=0) > 0
    return np.flatnonzero(alone)
