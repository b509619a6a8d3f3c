"""How often credible intervals hold the true parameter."""

import numpy as np
import pandas as pd

from .arguments import check_probabilities
from .draws import parameter_names
from .fractional_ranks import fractional_ranks

LEVELS = tuple(np.round(np.arange(0.05, 1.0, 0.05), 2))


def coverage(draws, truths, levels=LEVELS, names=None) -> pd.DataFrame:
    """Share of data sets whose central interval holds the truth, per level and parameter.

    The central interval of level c holds a truth whose fractional rank u has ``|2 u - 1| <= c``:
    by ranks, the coverage of an exact posterior is c for any number of draws.

    Parameters
    ----------
    draws : array-like of shape (n, num_draws, d)
    truths : array-like of shape (n, d)
    levels : sequence of float, optional
        Nominal probabilities. Default: 0.05 to 0.95.
    names : list of str, optional

    Returns
    -------
    pandas.DataFrame
        One row a level (the index, "level"), one column a parameter.

    Raises
    ------
    TypeError
        For a dictionary of draws.
    ValueError
        If the shapes do not fit, for NaN or infinity, or a level outside of (0, 1).
    """
    ranks = fractional_ranks(draws, truths)
    names = parameter_names(names, ranks.shape[1])
    return coverage_of(2 * np.abs(ranks - 0.5), levels, names)


def coverage_of(values, levels, columns) -> pd.DataFrame:
    """Shares of ``values`` (n, k), the smallest levels whose region holds the truth, per level.

    Raises
    ------
    ValueError
        For a level outside of (0, 1).
    """
    levels = np.atleast_1d(np.asarray(levels, "float64"))
    check_probabilities(levels, "levels")
    shares = (values[np.newaxis] <= levels[:, np.newaxis, np.newaxis]).mean(axis=1)
    return pd.DataFrame(shares, index=pd.Index(levels, name="level"), columns=columns)
