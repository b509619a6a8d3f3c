"""Simulations from .npz, .csv and .parquet files."""

import warnings

import numpy as np

from .names import check_names, listed, named_entries, wanted_names
from .simulations import Simulations
from .tables import has_names, is_archive, numbers, read_archive, read_table

# Columns with these beginnings, where no names are given.
PARAMETER_PREFIXES = ("parameter", "theta")
OBSERVABLE_PREFIXES = ("observable",)


def read_simulations(path, parameters=None, observables=None) -> Simulations:
    """Read pairs of parameters and data.

    Parameters
    ----------
    path : str or os.PathLike
        .npz with the arrays ``parameters`` (n, d) and ``observables`` (n, ...), and optionally
        ``parameter_names`` and ``observable_names``; or a table, .csv with a header or .parquet,
        with a row a simulation.
    parameters : list of str, optional
        Columns of a table, or of an array with names; names for an array without. Default: all of
        an array, and of a table the columns that begin with "parameter" or "theta".
    observables : list of str, optional
        The same for the data. Default: the columns that begin with "observable", or if there are
        none, all that are no parameters; a warning names columns that are not read.

    Returns
    -------
    Simulations

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If arrays or columns are missing, named twice, empty, no numbers, or do not fit.
    ImportError
        For .parquet without pyarrow.
    """
    parameters = wanted_names(parameters, "parameters")
    observables = wanted_names(observables, "observables")
    if is_archive(path):
        simulations = _from_arrays(path, parameters, observables)
    else:
        simulations = _from_table(path, parameters, observables)
    if not len(simulations):
        raise ValueError(f"{path} holds no simulations.")
    return simulations


def _from_arrays(path, parameters, observables):
    arrays = read_archive(path)
    names = {"parameters": parameters, "observables": observables}
    for key in names:
        if key not in arrays:
            raise ValueError(
                f"{path} has no array {key!r}, only {sorted(arrays)}. Save it by np.savez(file, "
                "parameters=..., observables=...)."
            )
        if arrays[key].dtype.kind not in "fiub" or arrays[key].ndim == 0:
            raise ValueError(f"{path}: {key!r} is no array of numbers.")
        if arrays[key].ndim == 1:
            arrays[key] = arrays[key][:, np.newaxis]
        if f"{key[:-1]}_names" in arrays:
            arrays[key], names[key] = named_entries(arrays, key, names[key], path)
        elif names[key] is not None:
            check_names(names[key], arrays[key], key, path)
    if arrays["parameters"].ndim != 2:
        raise ValueError(
            f"{path}: 'parameters' needs shape (n, d), got {arrays['parameters'].shape}."
        )
    sizes = [len(arrays[key]) for key in names]
    if sizes[0] != sizes[1]:
        raise ValueError(f"{path}: {sizes[0]} rows of parameters, but {sizes[1]} of observables.")
    return Simulations(arrays["parameters"], arrays["observables"], *names.values())


def _from_table(path, parameters, observables):
    frame = read_table(path)
    if not has_names(frame):
        raise ValueError(f"{path} has no header: the first line must name the columns.")
    columns = list(frame)
    if parameters is None:
        parameters = [c for c in columns if c.startswith(PARAMETER_PREFIXES)]
        if not parameters:
            raise ValueError(
                f"{path} has no columns that begin with 'parameter' or 'theta'. Name the columns "
                f"of parameters by --parameters; there are {listed(columns)}."
            )
    if observables is None:
        rest = [c for c in columns if c not in parameters]
        # Parameters that were not asked for are no data.
        others = [c for c in rest if not c.startswith(PARAMETER_PREFIXES)] or rest
        observables = [c for c in others if c.startswith(OBSERVABLE_PREFIXES)] or others
        if unread := [c for c in rest if c not in observables]:
            warnings.warn(
                f"{path}: columns {listed(unread)} are not read: they begin as parameters do, or "
                "others begin with 'observable'. Name all columns of data by --observables, or "
                "drop these.",
                stacklevel=3,
            )
    missing = [c for c in (*parameters, *observables) if c not in columns]
    if missing:
        raise ValueError(f"{path} has no columns {listed(missing)}; there are {listed(columns)}.")
    if not observables:
        raise ValueError(f"{path} has no columns besides the parameters {listed(parameters)}.")
    twice = set(parameters) & set(observables)
    if twice:
        raise ValueError(f"Columns {listed(sorted(twice))} cannot be parameters and observables.")
    return Simulations(
        numbers(frame[parameters], path), numbers(frame[observables], path), parameters, observables
    )
