"""How much was learned, and how far the truth lies from the posterior."""

import numpy as np
import pandas as pd

from .arguments import fitting_array
from .draws import check_draws, parameter_names


def z_score_contraction(draws, truths, prior_std=None, names=None) -> pd.DataFrame:
    """Posterior z-score and contraction of every data set and parameter.

    ``z = (posterior mean - truth) / posterior sd``, about standard normal if calibrated;
    ``contraction = 1 - posterior variance / prior variance``, 1 where the data say everything and
    0 where they say nothing.

    Parameters
    ----------
    draws : array-like of shape (n, num_draws, d)
    truths : array-like of shape (n, d)
    prior_std : array-like of shape (d,), optional
        Default: the truths' standard deviation, which are draws of the prior.
    names : list of str, optional

    Returns
    -------
    pandas.DataFrame
        Columns dataset (from 0), parameter, z_score and contraction; n d rows.

    Raises
    ------
    TypeError
        For a dictionary of draws.
    ValueError
        If the shapes do not fit, for NaN or infinity, or if there is one data set only and no
        ``prior_std``.

    References
    ----------
    Schad, Betancourt and Vasishth (2021), Toward a principled Bayesian workflow in cognitive
    science, Psychological Methods 26, figure 5.
    """
    draws, truths = check_draws(draws, truths)
    n, d = truths.shape
    names = parameter_names(names, d)
    if prior_std is None:
        if n < 2:
            raise ValueError("With one data set, give prior_std=: it cannot be estimated.")
        prior_std = truths.std(axis=0, ddof=1)
    prior_std = fitting_array(prior_std, "Prior standard deviations", (d,), draws)
    std = draws.std(axis=1, ddof=1)
    # A parameter that does not vary has no z-score and no contraction, rather than a warning.
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (draws.mean(axis=1) - truths) / std
        contraction = 1 - (std / prior_std) ** 2
    return pd.DataFrame(
        {
            "dataset": np.repeat(np.arange(n), d),
            "parameter": np.tile(names, n),
            "z_score": z.ravel(),
            "contraction": contraction.ravel(),
        }
    )
