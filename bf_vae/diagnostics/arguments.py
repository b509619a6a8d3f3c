"""Arguments of the diagnostics, with errors that name them."""

from collections.abc import Mapping

import numpy as np

from ..finite_rows import finite_rows


def float_array(values, name: str) -> np.ndarray:
    """``values`` as a float64 array.

    Raises
    ------
    TypeError
        For a dictionary, as BayesFlow 2 gives draws.
    """
    if isinstance(values, Mapping):
        raise TypeError(
            f"{name} must be an array, got a dictionary with the keys {list(values)}: give one "
            'array of all parameters, such as draws["parameters"].'
        )
    return np.asarray(values, "float64")


def fitting_array(values, name: str, shape: tuple, draws: np.ndarray) -> np.ndarray:
    """``values`` as a float64 array of the shape that fits the draws.

    Raises
    ------
    TypeError
        For a dictionary.
    ValueError
        For another shape.
    """
    values = float_array(values, name)
    if values.shape != shape:
        raise ValueError(
            f"{name} need shape {shape} to fit draws of shape {draws.shape}, got {values.shape}."
        )
    return values


def check_finite(values: np.ndarray, name_holds: str, rows="data sets", hint="") -> None:
    """Raise a ValueError that counts the rows with NaN or infinity, if there are any."""
    bad = ~finite_rows(values)
    if bad.any():
        raise ValueError(f"{name_holds} NaN or infinity in {bad.sum()} of {len(bad)} {rows}.{hint}")


def check_probabilities(values, name: str) -> None:
    """Raise a ValueError unless all ``values`` of the argument ``name`` lie in (0, 1)."""
    values = np.asarray(values, "float64")
    if not ((values > 0) & (values < 1)).all():
        raise ValueError(f"{name}= takes probabilities in (0, 1), got {values.tolist()}.")
