"""Posterior predictive check: could the fitted model have made this observation?"""

import numpy as np
import pandas as pd

from .arguments import check_probabilities, float_array
from .draws import parameter_names
from .samples import two_samples


def posterior_predictive(predictions, observation, names=None, levels=(0.5, 0.95)) -> pd.DataFrame:
    """Predictive intervals of every feature, and where the observation lies in them.

    Parameters
    ----------
    predictions : array-like of shape (n, m)
        Data simulated from n posterior draws.
    observation : array-like of shape (m,)
    names : list of str, optional
        Of the features.
    levels : float or sequence of float, optional, default: (0.5, 0.95)
        Of the central intervals.

    Returns
    -------
    pandas.DataFrame
        Indexed by feature: ``observed``, ``median``, ``lower_50``, ``upper_50``, ... in the data's
        units, and ``p_value``, the two-sided tail probability of the observation; a small one says
        that the model cannot explain this feature, a p-value of 1 that it is at the median.

    Raises
    ------
    TypeError
        For a dictionary of draws.
    ValueError
        If shapes or names do not fit, for NaN or infinity, or a level outside of (0, 1).

    References
    ----------
    Gelman, Meng and Stern (1996), Posterior predictive assessment of model fitness via realized
    discrepancies, Statistica Sinica 6.
    """
    check_probabilities(levels, "levels")
    observed = np.atleast_2d(float_array(observation, "The observation"))
    predictions, observed = two_samples(
        predictions, observed, ("sample of predictions", "observation")
    )
    if len(observed) != 1:
        raise ValueError(f"One observation is checked at a time, got {len(observed)}.")
    m = predictions.shape[1]
    names = parameter_names(names, m, default="y", what="features")
    table = {"observed": observed[0], "median": np.median(predictions, axis=0)}
    for level in np.atleast_1d(levels):
        tails = [(1 - level) / 2, (1 + level) / 2]
        lower, upper = np.quantile(predictions, tails, axis=0)
        table |= {f"lower_{100 * level:g}": lower, f"upper_{100 * level:g}": upper}
    # Counts include the observation itself: no p-value is 0, whatever n is.
    below = 1 + (predictions <= observed).sum(axis=0)
    above = 1 + (predictions >= observed).sum(axis=0)
    p_value = 2 * np.minimum(below, above) / (len(predictions) + 1)
    table["p_value"] = np.minimum(1.0, p_value)
    return pd.DataFrame(table, index=pd.Index(names, name="feature"))
