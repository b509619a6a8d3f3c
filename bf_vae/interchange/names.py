"""Names of parameters and observables in files."""

import numpy as np
import pandas as pd


def stripped(names) -> list[str]:
    """The names, or the one, without spaces around them, which people write after commas."""
    names = [names] if isinstance(names, str) else names
    return [str(name).strip() for name in names]


def wanted_names(names, key: str) -> list[str] | None:
    """Names that a user gave, stripped; None for all.

    Raises
    ------
    ValueError
        If there are none, or one is given twice.
    """
    if names is None:
        return None
    names = stripped(names)
    if not names:
        raise ValueError(f"No {key} are named. Name one or more, or leave --{key} out.")
    _check_distinct(names, f"The {key}")
    return names


def named_entries(arrays: dict, key: str, wanted: list[str] | None, path):
    """The entries of an archive's array with the wanted names, in their order.

    Parameters
    ----------
    arrays : dict of np.ndarray
        With ``key``, such as "observables", and the names of its last axis ("observable_names").
    key : str
    wanted : list of str, optional
        Default: all.
    path
        Of the file, for messages.

    Returns
    -------
    array : np.ndarray
    names : list of str

    Raises
    ------
    ValueError
        If names are missing, there twice, or not as many as entries.
    """
    stored = stripped(np.atleast_1d(arrays[f"{key[:-1]}_names"]))
    check_names(stored, arrays[key], key, path)
    _check_distinct(stored, f"{path}: the {key}")
    wanted = stored if wanted is None else wanted
    if missing := [name for name in wanted if name not in stored]:
        raise ValueError(f"{path} has no {key} {listed(missing)}; there are {listed(stored)}.")
    return arrays[key][..., [stored.index(name) for name in wanted]], wanted


def check_names(names, array, key: str, path) -> None:
    """Raise a ValueError unless there is a name for each entry of the last axis."""
    if len(names) != array.shape[-1]:
        raise ValueError(
            f"{path}: {len(names)} names for {array.shape[-1]} {key}: {listed(names)}."
        )


def listed(names) -> str:
    """The names, or the first dozen of them."""
    names = [str(name) for name in names]
    return ", ".join(names[:12]) + (f", ... ({len(names)})" if len(names) > 12 else "")


def _check_distinct(names, whose: str) -> None:
    names = pd.Index(names)
    if names.has_duplicates:
        twice = listed(names[names.duplicated()].unique())
        raise ValueError(f"{whose} name {twice} more than once; name each column once.")
