"""Which data depend on which parameters in a way that no correlation shows.

An angle that has gone round several times, say: by mutual information, from a histogram of ranks,
and by the correlations of parameter and feature and of their squares, which do not see it.
"""

import numpy as np

from .mutual_information import FEWEST, bins_for, clear_information, mutual_information
from .rank_scores import normal_scores, ranks, standardize, thinned

# Of the information, what correlations may show of it. An angle over which the prior goes round
# once or twice they do show, and a model finds it by itself.
MOST_SHOWN = 0.02
# Numbers that are counted, some seconds; with more none are looked at.
MOST_OPERATIONS = 3e9


def hidden_dependence(theta, y) -> np.ndarray:
    """Find pairs of parameter and feature that depend on each other without correlation.

    Parameters
    ----------
    theta : array-like of shape (n, d)
    y : array-like of shape (n, m)

    Returns
    -------
    np.ndarray of bool, shape (d, m)
    """
    theta, y = thinned(theta, y)
    n, shape = len(y), (theta.shape[1], y.shape[1])
    if n < FEWEST or n * np.prod(shape) > MOST_OPERATIONS:
        return np.zeros(shape, bool)
    theta, y = ranks(theta), ranks(y)
    information = _information(theta, y)
    is_clear = information > clear_information(n, information.size)
    return is_clear & (_shown(theta, y) < MOST_SHOWN * information)


def _information(theta, y):
    """Mutual information of each two ranks, shape (d, m), in nats, without what chance adds."""
    bins = [(bins_for(len(x)) * x).astype(int).T for x in (theta, y)]
    return np.array([[mutual_information(a, b) for b in bins[1]] for a in bins[0]])


def _shown(theta, y):
    """What the strongest correlation between normal scores or their squares tells, in nats."""
    theta, y = ([standardize(z := normal_scores(x)), standardize(z**2)] for x in (theta, y))
    squares = np.max([np.square(a.T @ b / len(a)) for a in theta for b in y], axis=0)
    return -0.5 * np.log1p(-np.minimum(squares, 1 - 1e-6))
