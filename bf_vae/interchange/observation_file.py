"""Observations from .npz, .csv and .parquet files."""

import numpy as np

from ..finite_rows import finite_rows
from .model_card import ModelCard
from .names import listed, named_entries, stripped
from .tables import has_names, is_archive, numbers, read_archive, read_table


def read_observations(path, card: ModelCard) -> np.ndarray:
    """Read one observation or several, for the model with this card.

    Parameters
    ----------
    path : str or os.PathLike
        A table, .csv (with or without a header) or .parquet, with a row an observation: columns are
        found by the model's names for them, if it has some, and by their order otherwise. Or .npz
        with an array ``observables``, or only one array, of one observation's shape or of several;
        with ``observable_names``, its entries are found by the model's names too. A column without
        a name is one observation of all features; of a single feature, a vector is several.
    card : ModelCard

    Returns
    -------
    np.ndarray of shape (observations, ...)

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If columns are missing, lengths do not fit, for NaN or infinity, or if the model takes more
        than observables.
    ImportError
        For .parquet without pyarrow.
    """
    shape = card.observable_shape
    names = None if card.observable_names is None else stripped(card.observable_names)
    values = _from_arrays(path, names, shape) if is_archive(path) else _from_table(path, names)
    if values.ndim == len(shape):
        values = values[np.newaxis]
    elif names is None and len(shape) == 1 < shape[0] and values.shape[1:] == (1,):
        values = values.T  # one observation written as a column, as np.savetxt writes a vector
    if not card.takes(values):
        wanted = f"{shape[0]} numbers" if len(shape) == 1 else f"shape {shape}"
        found = values.shape[1:] if values.ndim > 1 else values.shape
        found = f"{found[0]}" if len(found) == 1 else f"shape {found}"
        raise ValueError(
            f"{path}: an observation of this model has {wanted}, this one has {found}."
        )
    if not len(values):
        raise ValueError(f"{path} holds no observations.")
    bad = ~finite_rows(values)
    if bad.any():
        rows = ", ".join(map(str, (np.flatnonzero(bad) + 1)[:5]))
        raise ValueError(
            f"{path}: {bad.sum()} of {len(bad)} observations hold NaN or infinity (rows {rows}). "
            "Fill in or drop them: the model was trained without."
        )
    return values


def _from_arrays(path, names, shape):
    arrays = read_archive(path)
    if "observables" not in arrays and len(arrays) != 1:
        raise ValueError(f"{path} has no array 'observables', only {sorted(arrays)}.")
    values = arrays.get("observables", next(iter(arrays.values())))
    if values.dtype.kind not in "fiub":
        raise ValueError(f"{path}: the observables are no numbers.")
    if shape == (1,) and values.ndim == 1:
        arrays["observables"] = values = values[:, np.newaxis]
    if names is not None and values.ndim and "observable_names" in arrays:
        values, _ = named_entries(arrays, "observables", names, path)
    return values


def _from_table(path, names):
    frame = read_table(path)
    if names is not None and has_names(frame):
        missing = [name for name in names if name not in frame]
        if missing:
            raise ValueError(
                f"{path} has no columns {listed(missing)}, which the model was trained on; "
                f"there are {listed(frame)}."
            )
        frame = frame[names]
    return numbers(frame, path)
