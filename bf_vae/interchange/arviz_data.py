"""Posterior draws for ArviZ."""

import inspect

import numpy as np

from .draws_frame import COUNT, named_draws


def to_arviz(draws, names=None, observed_data=None, posterior_predictive=None):
    """Draws as the installed ArviZ takes them: InferenceData before ArviZ 1, then a DataTree.

    Draws of an amortized posterior are independent: they make one chain.

    Parameters
    ----------
    draws : array-like of shape (n, d) or (observations, n, d)
    names : list of str, optional
        One variable a parameter. Default: theta_1, ...
    observed_data : array-like of shape (...) or (observations, ...), optional
        The variable "observables" of the group ``observed_data``; for draws of several
        observations, all of them in the same order.
    posterior_predictive : array-like of shape (n, ...) or (observations, n, ...), optional
        Data simulated from the draws; for several observations as many, in the same order.

    Returns
    -------
    arviz.InferenceData or xarray.DataTree
        Group ``posterior`` with dimensions chain and draw, and observation for several.

    Raises
    ------
    ImportError
        If ArviZ is not installed.
    ValueError
        If the draws have another shape, or the names or the data do not fit.
    """
    try:
        import arviz
    except ImportError as error:
        raise ImportError("to_arviz needs ArviZ: pip install 'bf_vae[interchange]'.") from error
    draws, names = named_draws(draws, names)
    # ArviZ's order: chain, draw, then what a variable has of its own.
    chain = np.moveaxis(draws, -2, 0)[np.newaxis]
    several = draws.ndim == 3
    dims = {name: [COUNT] for name in (*names, "observables")} if several else {}
    groups = {"posterior": {name: chain[..., i] for i, name in enumerate(names)}}
    if observed_data is not None:
        observed = np.asarray(observed_data)
        if several and observed.shape[:1] != draws.shape[:1]:
            raise ValueError(
                f"Draws of {len(draws)} observations need observed_data of shape "
                f"({len(draws)}, ...), got {observed.shape}."
            )
        groups["observed_data"] = {"observables": observed}
    if posterior_predictive is not None:
        predicted = np.asarray(posterior_predictive)
        if several:
            if predicted.shape[:2] != draws.shape[:2]:
                raise ValueError(
                    f"Draws of shape {draws.shape} need a posterior_predictive of shape "
                    f"{(*draws.shape[:2], '...')}, got {predicted.shape}."
                )
            predicted = np.moveaxis(predicted, 1, 0)
        groups["posterior_predictive"] = {"observables": predicted[np.newaxis]}
    # ArviZ 1 takes all groups in one dictionary, earlier ones each by name.
    if "posterior" in inspect.signature(arviz.from_dict).parameters:
        return arviz.from_dict(**groups, dims=dims)
    return arviz.from_dict(groups, dims=dims)
