"""Simulations that cannot be trained on, told before training starts."""

import warnings
from collections.abc import Mapping

import numpy as np

from ..finite_rows import finite_rows

# Spread of a column, as part of its mean, below which float32 tells too few values apart.
COARSE = 1e-5


def finite_simulations(inputs: dict) -> np.ndarray:
    """Which rows are finite in every array: bool of shape (n,)."""
    return np.logical_and.reduce([finite_rows(v) for v in inputs.values()])


def usable_simulations(
    inputs: dict,
    drop_invalid: bool,
    size: int | None = None,
    what: str = "simulations",
    quietly: bool = False,
) -> dict:
    """float32 arrays without invalid rows.

    Parameters
    ----------
    inputs : dict of array-like
        Configured simulations, each of shape (n, ...); None counts as missing.
    drop_invalid : bool
        Whether rows with NaN or infinity are dropped, with a warning.
    size : int, optional
        Number of rows that there should be.
    what : str, optional, default: "simulations"
        How messages call them.
    quietly : bool, optional, default: False
        Whether rows are dropped without a word, all of them if need be.

    Raises
    ------
    ValueError
        If the arrays differ in length, or from ``size``, or are not numbers; if rows hold NaN or
        infinity (in float32) and are not to be dropped, or if none remain.
    """
    if nested := [k for k, v in inputs.items() if isinstance(v, Mapping)]:
        raise ValueError(
            f"{nested[0]!r} is a dictionary. The configurator must give arrays: 'parameters' and "
            "'observables', which both parts of a JointVAEAmortizer read."
        )
    inputs = {k: np.asarray(v) for k, v in inputs.items() if v is not None}
    for key, value in inputs.items():
        if value.dtype.kind not in "fiub":
            raise ValueError(f"{key!r} is no array of numbers (dtype {value.dtype}).")
        if value.ndim == 0:
            raise ValueError(
                f"{key!r} is a single number; simulations are arrays with a row each. Leave it out."
            )
    sizes = {k: len(v) for k, v in inputs.items()}
    if len(set(sizes.values())) != 1 or size not in (None, *sizes.values()):
        wanted = "the same number of rows" if size is None else f"{size} rows"
        raise ValueError(f"All simulated arrays need {wanted}, got {sizes}.")
    for key, value in inputs.items():
        _warn_of_lost_digits(key, value)
    with np.errstate(over="ignore"):  # what float32 cannot hold becomes infinity, which is told
        inputs = {k: v.astype("float32") for k, v in inputs.items()}
    valid = finite_simulations(inputs)
    if not valid.all():
        found = f"{int((~valid).sum())} of {len(valid)} {what} hold NaN or infinity"
        if not drop_invalid:
            raise ValueError(
                f"{found}. Mend the simulator, or pass drop_invalid=True to drop them."
            )
        if not quietly:
            if not valid.any():
                raise ValueError(f"{found}: none are left.")
            warnings.warn(f"{found}; they are dropped.", stacklevel=4)
        inputs = {k: v[valid] for k, v in inputs.items()}
    return inputs


def _warn_of_lost_digits(key, value):
    """Of columns that are not constant, but far from zero for their spread, as dates are."""
    if value.dtype.kind == "b" or not len(value):
        return
    with np.errstate(all="ignore"):  # rows with infinity are found later
        center, spread = np.abs(value.mean(axis=0)), value.std(axis=0)
        width = value.max(axis=0) - value.min(axis=0)
    # By rounding a constant column varies too, and its spread, a sum, may be of many roundings.
    rounding = 16 * np.finfo(value.dtype if value.dtype.kind == "f" else float).eps
    if (coarse := (spread < COARSE * center) & (width > rounding * center)).any():
        warnings.warn(
            f"{int(coarse.sum())} column(s) of {key!r} vary by less than {COARSE:g} of their mean, "
            "too little for the single precision that networks compute in. Subtract a constant, "
            "such as the mean, from simulations and observations.",
            stacklevel=5,
        )


def check_counts(**counts) -> None:
    """Raise a ValueError unless each is a whole number of at least 1."""
    for name, value in counts.items():
        if not isinstance(value, (int, np.integer)) or value < 1:
            raise ValueError(f"{name} must be a whole number of at least 1, got {value!r}.")


def check_batch_size(num_simulations: int, batch_size: int) -> None:
    """Raise a ValueError if there are fewer simulations than a batch."""
    check_counts(batch_size=batch_size)
    if num_simulations < batch_size:
        raise ValueError(
            f"{num_simulations} simulations are fewer than one batch of {batch_size}: simulate "
            "more or lower batch_size."
        )
