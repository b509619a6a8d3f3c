"""Posterior draws as a pandas frame, and as a file."""

from pathlib import Path

import numpy as np
import pandas as pd

from ..diagnostics.draws import parameter_names
from .unfinished_file import unfinished_file

TABLE_SUFFIXES = (".csv", ".parquet")
DRAWS_SUFFIXES = (*TABLE_SUFFIXES, ".npz")


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
    draws = np.asarray(draws)
    if draws.ndim not in (2, 3):
        raise ValueError(
            f"Draws need shape (n, d) or (observations, n, d), got {tuple(draws.shape)}."
        )
    names = parameter_names(names, draws.shape[-1])
    frame = pd.DataFrame(draws.reshape(-1, draws.shape[-1]), columns=names)
    if draws.ndim == 3:
        frame.insert(0, "observation", np.repeat(np.arange(1, len(draws) + 1), draws.shape[1]))
    return frame


def check_suffix(path, suffixes) -> str:
    """The suffix of ``path`` in lower case, or a ValueError that says which there may be."""
    suffix = Path(path).suffix.lower()
    if suffix not in suffixes:
        raise ValueError(
            f"{path} has the suffix {suffix!r}; it must be one of {', '.join(suffixes)}."
        )
    return suffix


def write_frame(frame: pd.DataFrame, path, index: bool = False) -> None:
    """Write a frame to .csv or .parquet, as a whole or not at all.

    Raises
    ------
    ValueError
        For another suffix.
    OSError
        If the file cannot be written.
    ImportError
        For .parquet without pyarrow.
    """
    suffix = check_suffix(path, TABLE_SUFFIXES)
    with unfinished_file(path) as partial:
        if suffix == ".csv":
            frame.to_csv(partial, index=index)
        else:
            (frame.reset_index() if index else frame).to_parquet(partial, index=False)


def write_draws(draws, names, path) -> None:
    """Write draws to .csv or .parquet (see `draws_to_frame`) or .npz, as a whole or not at all.

    An .npz file has the arrays ``parameters``, as given, and ``parameter_names``.

    Raises
    ------
    ValueError, OSError, ImportError
        As `write_frame`.
    """
    if check_suffix(path, DRAWS_SUFFIXES) != ".npz":
        write_frame(draws_to_frame(draws, names), path)
        return
    with unfinished_file(path) as partial:
        names = parameter_names(names, draws.shape[-1])
        np.savez(partial, parameters=draws, parameter_names=np.array(names))
