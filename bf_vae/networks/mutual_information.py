"""How much two variables say of each other, from a histogram."""

import numpy as np
from scipy.special import xlogy


def mutual_information(a, b, num_bins: int) -> float:
    """Mutual information of two binned variables, in nats, without what chance adds.

    Parameters
    ----------
    a, b : np.ndarray of int, shape (n,)
        From 0 to ``num_bins`` - 1. There should be four simulations or more for each pair of bins.
    num_bins : int
        Of each.

    References
    ----------
    Wilks (1938): 2 n times the plain estimate is distributed as chi squared if a and b are
    independent; half its degrees of freedom, over n, are subtracted.
    """
    n, shape = len(a), (num_bins, num_bins)
    counts = np.bincount(num_bins * a + b, minlength=num_bins**2).reshape(shape)
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    entropies = [xlogy(c, c / n).sum() for c in (rows, columns)]
    freedom = (np.count_nonzero(rows) - 1) * (np.count_nonzero(columns) - 1)
    return (xlogy(counts, counts / n).sum() - sum(entropies) - freedom / 2) / n
