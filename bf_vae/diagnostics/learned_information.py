"""Whether posteriors say of the parameters what single observables say of them."""

import numpy as np
import pandas as pd

from ..networks.mutual_information import (
    FEWEST,
    bins_for,
    clear_information,
    mutual_information,
)
from .arguments import check_finite, check_probabilities, float_array
from .draws import check_draws, parameter_names


def learned_information(
    draws, truths, observables, names=None, observable_names=None, alpha: float = 0.01
) -> pd.DataFrame:
    """Compare what posteriors say of each parameter with what the best observable says alone.

    A posterior as wide as the prior passes every check of calibration, and contraction is small
    too where a right posterior has many modes. But all data together say no less of a parameter
    than one observable does.

    Parameters
    ----------
    draws : array-like of shape (n, num_draws, d)
        Posterior draws for n simulated data sets, 100 or more; 1,000 use the finest histogram.
    truths : array-like of shape (n, d)
        The parameters that the data sets were simulated with.
    observables : array-like of shape (n, ...)
        The data sets; each number of a set is an observable.
    names, observable_names : list of str, optional
        Default: theta_1, ... and observable_1, ...
    alpha : float, optional, default: 0.01
        Probability that any of the verdicts on data that say nothing is "too little".

    Returns
    -------
    pandas.DataFrame
        Indexed by the parameters' names. ``learned``: how much the posterior says of the parameter,
        in nats: the mean of log posterior over prior probability of the bin that holds the truth.
        ``observable``: the one that says most, ``least``: how much, their mutual information from a
        histogram of the same bins. ``verdict``: "too little" if the posterior says less than half
        of that, where it is more than 0.1 nats and more than chance gives, else "enough".

    Raises
    ------
    TypeError
        For a dictionary of draws.
    ValueError
        If the shapes do not fit, for NaN or infinity, fewer than 100 data sets, or an alpha
        outside of (0, 1).

    References
    ----------
    Cover and Thomas (2006), Elements of information theory, section 2.8, for the data processing
    inequality.
    """
    check_probabilities(alpha, "alpha")
    draws, truths = check_draws(draws, truths)
    n, d = truths.shape
    if n < FEWEST:
        raise ValueError(
            f"Learned information needs {FEWEST} data sets or more, got {n}: simulate more."
        )
    observables = _features(observables, n)
    features = [_bins(y, y) for y in observables.T]
    names = parameter_names(names, d)
    observable_names = parameter_names(
        observable_names, len(features), default="observable", what="observables"
    )
    clear = clear_information(n, d * len(features), alpha)
    rows = []
    for theta, of_theta in zip(truths.T, np.moveaxis(draws, 2, 0), strict=True):
        bins = _bins(theta, theta)
        information = [mutual_information(bins, y) for y in features]
        best = np.argmax(information)
        learned, least = _gain(bins, _bins(theta, of_theta)), information[best]
        verdict = "too little" if least > clear and learned < least / 2 else "enough"
        rows.append([learned, observable_names[best], least, verdict])
    columns = ["learned", "observable", "least", "verdict"]
    return pd.DataFrame(rows, index=pd.Index(names, name="parameter"), columns=columns)


def _features(observables, n):
    observables = float_array(observables, "observables")
    if observables.ndim < 2 or len(observables) != n or observables.size == 0:
        raise ValueError(
            f"Observables need shape ({n}, ...) to fit {n} data sets, got {observables.shape}."
        )
    observables = observables.reshape(n, -1)
    check_finite(observables, "Observables hold")
    return observables


def _bins(values, x):
    """In which of the bins, about equally full of ``values``, the entries of x lie."""
    values, size = np.sort(values), bins_for(len(values))
    places = [np.searchsorted(values, x, side) for side in ("left", "right")]
    return np.minimum(size * sum(places) // (2 * len(values)), size - 1)


def _gain(bins, draws):
    """Mean of log p(bin | data) / p(bin), as shares of draws (n, num_draws) and of all bins."""
    prior = (np.bincount(bins) / len(bins))[bins]
    # The prior counts as one draw more: a share of zero would say infinitely little.
    shares = ((draws == bins[:, np.newaxis]).sum(axis=1) + prior) / (draws.shape[1] + 1)
    return np.log(shares / prior).mean()
