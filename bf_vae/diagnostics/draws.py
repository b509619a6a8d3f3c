"""Checks of posterior draws that are to be compared with true parameters."""

import numpy as np

from .arguments import check_finite, fitting_array, float_array


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
    TypeError
        For a dictionary.
    """
    draws = _some_draws(draws, "Posterior draws", ("datasets", "draws", "d"))
    truths = fitting_array(truths, "True parameters", (draws.shape[0], draws.shape[2]), draws)
    check_finite(draws, "Posterior draws hold")
    check_finite(truths, "True parameters hold")
    return draws, truths


def check_log_probs(log_prob_draws, log_prob_truths) -> tuple[np.ndarray, np.ndarray]:
    """Log densities of draws and truths as float64 arrays that fit each other.

    Parameters
    ----------
    log_prob_draws : array-like of shape (n, num_draws)
    log_prob_truths : array-like of shape (n,)
        May hold ``-inf``: a truth can lie where the posterior has no density, a draw cannot.

    Returns
    -------
    log_prob_draws : np.ndarray of shape (n, num_draws)
    log_prob_truths : np.ndarray of shape (n,)

    Raises
    ------
    ValueError
        If the shapes are others, there are fewer than two draws, or other NaN or infinity.
    TypeError
        For a dictionary.
    """
    name_draws, name_truths = "Log densities of draws", "Log densities of true parameters"
    draws = _some_draws(log_prob_draws, name_draws, ("datasets", "draws"))
    truths = fitting_array(log_prob_truths, name_truths, draws.shape[:1], draws)
    hint = " Only a true parameter's may be -inf, a density of zero."
    check_finite(draws, f"{name_draws} hold", hint=hint)
    check_finite(np.where(truths == -np.inf, 0.0, truths), f"{name_truths} hold", hint=hint)
    return draws, truths


def _some_draws(values, name, axes):
    """Two draws or more, with as many axes as there are names of them; the second is draws."""
    values = float_array(values, name)
    if values.ndim != len(axes) or values.size == 0 or values.shape[1] < 2:
        raise ValueError(
            f"{name} need shape ({', '.join(axes)}) with two draws or more, got {values.shape}."
        )
    return values


def parameter_names(names, size: int, default="theta", what="parameters") -> list[str]:
    """``names``, or theta_1 to theta_d where there are none.

    Raises
    ------
    ValueError
        If there are not ``size`` of them, or two are equal.
    """
    if names is None:
        names = [f"{default}_{i + 1}" for i in range(size)]
    names = [names] if isinstance(names, str) else [str(name) for name in names]
    if len(names) != size:
        raise ValueError(f"{len(names)} names were given for {size} {what}: {names}.")
    if len(set(names)) < size:
        raise ValueError(f"The names of {what} must differ from each other, got {names}.")
    return names
