"""Posterior draws as a pandas frame, and as a file."""

import numpy as np
import pandas as pd

from ..diagnostics.draws import parameter_names
from ..unfinished_file import unfinished_file
from .tables import SUFFIXES, check_suffix, write_frame

# The column, or dimension, that counts observations from 1.
COUNT = "observation"


def check_not_count(names) -> None:
    """Raise a ValueError if a parameter of several observations has the name of their count."""
    if names is not None and COUNT in names:
        raise ValueError(
            f"A parameter is named {COUNT!r}, as is the count of the observations. Give it another "
            "name, take one observation at a time, or write .npz, which holds no count."
        )


def named_draws(draws, names) -> tuple[np.ndarray, list[str]]:
    """Draws of one or several observations as an array, and a name for each parameter.

    Raises
    ------
    ValueError
        If the draws have another shape, or the names do not fit.
    """
    draws = np.asarray(draws)
    if draws.ndim not in (2, 3):
        raise ValueError(
            f"Draws need shape (n, d) or (observations, n, d), got {tuple(draws.shape)}."
        )
    names = parameter_names(names, draws.shape[-1])
    if draws.ndim == 3:
        check_not_count(names)
    return draws, names


def draws_to_frame(draws, names=None) -> pd.DataFrame:
    """One row a draw, one column a parameter.

    Parameters
    ----------
    draws : array-like of shape (n, d) or (observations, n, d)
    names : list of str, optional
        Of the parameters. Default: theta_1, ...

    Returns
    -------
    pandas.DataFrame
        For several observations, a first column ``observation`` counts them from 1.

    Raises
    ------
    ValueError
        If the draws have another shape, or the names do not fit.
    """
    draws, names = named_draws(draws, names)
    frame = pd.DataFrame(draws.reshape(-1, draws.shape[-1]), columns=names)
    if draws.ndim == 3:
        frame.insert(0, COUNT, np.repeat(np.arange(1, len(draws) + 1), draws.shape[1]))
    return frame


def write_draws(draws, names, path) -> None:
    """Write draws to .csv or .parquet (see `draws_to_frame`) or .npz, as a whole or not at all.

    An .npz file has the arrays ``parameters``, as given, and ``parameter_names``.

    Raises
    ------
    ValueError, OSError, ImportError
        As `write_frame`.
    """
    if check_suffix(path, SUFFIXES) != ".npz":
        write_frame(draws_to_frame(draws, names), path)
        return
    names = parameter_names(names, draws.shape[-1])
    # NumPy would add .npz to a path that ends in .NPZ, but not to an open file.
    with unfinished_file(path) as partial, partial.open("wb") as file:
        np.savez(file, parameters=draws, parameter_names=np.array(names))
