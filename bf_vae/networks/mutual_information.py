"""How much two variables say of each other, from a histogram."""

import numpy as np
from scipy.special import xlogy
from scipy.stats import chi2

# Fewer simulations cannot tell.
FEWEST = 100
# Of the histogram: the most bins in a direction, and simulations in a square of it in the mean.
MOST_BINS, PER_SQUARE = 16, 4
# Nats. What is less is not worth a verdict.
LEAST_INFORMATION = 0.1


def bins_for(n: int) -> int:
    """How many bins of each variable n simulations fill."""
    return min(MOST_BINS, int(np.sqrt(n / PER_SQUARE)))


def clear_information(n: int, num_pairs: int, alpha: float = 0.01) -> float:
    """Nats that are worth a verdict, and that chance gives none of so many pairs.

    Parameters
    ----------
    n : int
        Simulations.
    num_pairs : int
        Of variables that are looked at.
    alpha : float, optional, default: 0.01
        Probability that chance gives one of them more.
    """
    freedom = (bins_for(n) - 1) ** 2
    return max(LEAST_INFORMATION, (chi2.isf(alpha / num_pairs, freedom) - freedom) / (2 * n))


def mutual_information(a, b) -> float:
    """Mutual information of two binned variables, in nats, without what chance adds.

    Parameters
    ----------
    a, b : np.ndarray of int, shape (n,)
        In which of the bins, `bins_for` of them, each simulation is.

    References
    ----------
    Wilks (1938): 2 n times the plain estimate is distributed as chi squared if a and b are
    independent; half its degrees of freedom, over n, are subtracted.
    """
    n, size = len(a), bins_for(len(a))
    counts = np.bincount(size * a + b, minlength=size**2).reshape(size, size)
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    entropies = [xlogy(c, c / n).sum() for c in (rows, columns)]
    freedom = (np.count_nonzero(rows) - 1) * (np.count_nonzero(columns) - 1)
    return (xlogy(counts, counts / n).sum() - sum(entropies) - freedom / 2) / n
