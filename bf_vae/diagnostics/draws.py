"""Checks of posterior draws that are to be compared with true parameters."""

import numpy as np

from ..finite_rows import finite_rows


def check_draws(draws, truths) -> tuple[np.ndarray, np.ndarray]:
    """Draws and truths as float64 arrays that fit each other.

    Parameters
    ----------
    draws : array-like of shape (n, num_draws, d)
        Posterior draws for n simulated data sets.
    truths : array-like of shape (n, d)
        The parameters that the data sets were simulated with.

    Returns
    -------
    draws : np.ndarray of shape (n, num_draws, d)
    truths : np.ndarray of shape (n, d)

    Raises
    ------
    ValueError
        If the shapes are others, there are fewer than two draws, or NaN or infinity.
    """
    draws, truths = np.asarray(draws, "float64"), np.asarray(truths, "float64")
    if draws.ndim != 3 or draws.size == 0 or draws.shape[1] < 2:
        raise ValueError(
            "Posterior draws need shape (datasets, draws, d) with two draws or more, "
            f"got {draws.shape}."
        )
    if truths.shape != (draws.shape[0], draws.shape[2]):
        raise ValueError(
            f"True parameters need shape {(draws.shape[0], draws.shape[2])} to fit draws of shape "
            f"{draws.shape}, got {truths.shape}."
        )
    for name, values in (("Posterior draws hold", draws), ("True parameters hold", truths)):
        bad = ~finite_rows(values)
        if bad.any():
            raise ValueError(f"{name} NaN or infinity in {bad.sum()} of {len(bad)} data sets.")
    return draws, truths


def parameter_names(names, size: int) -> list[str]:
    """``names``, or theta_1 to theta_d where there are none.

    Raises
    ------
    ValueError
        If there are not ``size`` of them.
    """
    names = [f"theta_{i + 1}" for i in range(size)] if names is None else [str(n) for n in names]
    if len(names) != size:
        raise ValueError(f"{len(names)} names were given for {size} parameters: {names}.")
    return names
