"""Input dictionaries of BayesFlow 1.x and 2.x, read into one form."""

import numpy as np
import tensorflow as tf

from ..finite_rows import finite_rows

# 1.x: summary_conditions pass through the summary network, direct_conditions go beside it.
# 2.x: observables are what 1.x calls summary_conditions.
DATA_KEYS = ("summary_conditions", "observables")
DIRECT_KEY = "direct_conditions"
# Cures for NaN and infinity.
MEND_SIMULATIONS = "Drop them (the Trainer does with drop_invalid=True) or mend the simulator."
MEND_OBSERVATIONS = "Fill in or drop them: the network was trained without."
PARAMETERS_KEY = "parameters"


def read_inputs(inputs, need_parameters: bool, built_for=None, many_for_one=False) -> dict:
    """Give every array its 1.x key, as a float32 tensor.

    Parameters
    ----------
    inputs : dict
        ``parameters``, shape (batch, d); one of ``summary_conditions`` or ``observables``, shape
        (batch, ..., features); ``direct_conditions``, shape (batch, features). At least one of the
        data's keys. Entries that are None count as missing; integers and float64 are converted.
    need_parameters : bool
        Whether ``parameters`` must be there. Without any, one observation may lack the batch axis.
    built_for, many_for_one
        As for `check_shapes`.

    Returns
    -------
    dict of tf.Tensor
        With the keys ``parameters``, ``summary_conditions`` and ``direct_conditions``, as far as
        they were given.

    Raises
    ------
    TypeError
        If the inputs are no dictionary.
    ValueError
        If keys are missing, double or unknown, or the shapes do not fit.
    """
    check_dictionary(inputs)
    given = {k: to_tensor(k, v) for k, v in inputs.items() if v is not None}
    read = posterior_names(given, need_parameters)
    if PARAMETERS_KEY not in read:
        read = as_batch(read, built_for)
    return check_shapes(read, built_for, many_for_one)


def posterior_names(given: dict, need_parameters: bool) -> dict:
    """Give every entry its 1.x key: `read_inputs` documents the keys, errors and result."""
    unknown = set(given) - {PARAMETERS_KEY, DIRECT_KEY, *DATA_KEYS}
    if unknown:
        raise ValueError(
            f"Unknown keys {sorted(unknown)}. The amortizer reads 'parameters', 'observables' (or "
            "'summary_conditions') and 'direct_conditions'; rename them (a Trainer does it with "
            "configurator=)."
        )
    if need_parameters and PARAMETERS_KEY not in given:
        raise ValueError(f"Key 'parameters' is missing; got {sorted(given)}.")
    data = [k for k in DATA_KEYS if k in given]
    if len(data) > 1:
        raise ValueError("Give 'observables' or 'summary_conditions', not both: they are the same.")
    if not data and DIRECT_KEY not in given:
        raise ValueError(
            "No data: give 'observables' (or 'summary_conditions') or 'direct_conditions'; "
            f"got {sorted(given)}."
        )
    named = {k: given[k] for k in (PARAMETERS_KEY, DIRECT_KEY) if k in given}
    if data:
        named["summary_conditions"] = given[data[0]]
    return named


def to_tensor(key, value) -> tf.Tensor:
    """The array as float32; a ValueError that names the key where it is none of numbers."""
    if tf.is_tensor(value):
        return tf.cast(value, tf.float32)
    try:
        return tf.convert_to_tensor(np.asarray(value, dtype="float32"))
    except (TypeError, ValueError) as error:
        raise ValueError(f"{key!r} is no array of numbers: {error}") from error


def as_batch(read: dict, built_for=None) -> dict:
    """Give one row, which lacks the batch axis of the shapes built for, a batch axis."""
    ranks = {key: len((built_for or {}).get(key, (None, None))) for key in read}
    return {k: v[tf.newaxis] if v.shape.rank == ranks[k] - 1 else v for k, v in read.items()}


def check_shapes(read: dict, built_for=None, many_for_one=False) -> dict:
    """Raise a ValueError if the shapes do not fit each other, or not the amortizer.

    Parameters
    ----------
    read : dict of tf.Tensor
    built_for : dict, optional
        Shapes that the amortizer was built for. Sets and series may have another length.
    many_for_one : bool, optional, default: False
        Whether one row goes with the many of another key.

    Returns
    -------
    dict of tf.Tensor
        The same.
    """
    for key, value in read.items():
        if value.shape.rank is not None and value.shape.rank < 2:
            raise ValueError(
                f"{_names(key)} needs shape (batch, features), got {tuple(value.shape)}. For one "
                "feature give shape (batch, 1), for one row (1, features)."
            )
    if PARAMETERS_KEY in read and read[PARAMETERS_KEY].shape.rank != 2:
        shape = tuple(read[PARAMETERS_KEY].shape)
        raise ValueError(f"'parameters' needs shape (batch, d), got {shape}.")
    for key, value in read.items() if built_for else ():
        expected = built_for.get(key, ())
        if value.shape.rank != len(expected) or value.shape[-1] != expected[-1]:
            raise ValueError(
                f"{key!r} has shape {tuple(value.shape)}, but this amortizer was built for "
                f"{built_for}."
            )
    sizes = {k: v.shape[0] for k, v in read.items() if v.shape[0] is not None}
    if len(set(sizes.values()) - ({1} if many_for_one else set())) > 1:
        found = ", ".join(f"{size} of {_names(key)}" for key, size in sizes.items())
        raise ValueError(f"All inputs need the same number of rows, got {found}.")
    return read


def _names(key) -> str:
    """What the user may have called the data."""
    return "'observables' (or 'summary_conditions')" if key in DATA_KEYS else repr(key)


def check_dictionary(inputs, what: str = "Inputs") -> None:
    """Raise a TypeError, which calls them ``what``, unless the inputs are a dictionary."""
    if not hasattr(inputs, "items"):
        raise TypeError(f"{what} must be a dictionary of arrays, got {type(inputs).__name__}.")


def repeat_single_row(theta, y):
    """Repeat theta or y, each of shape (rows, features), if one row, to the rows of the other."""
    rows = theta.shape[0] if y.shape[0] == 1 else y.shape[0]
    return [tf.broadcast_to(x, (rows, x.shape[-1])) for x in (theta, y)]


def check_finite(inputs: dict, cure: str) -> None:
    """Raise a ValueError that counts the rows with NaN or infinity, if there are any.

    Parameters
    ----------
    inputs : dict
        As `read_inputs` or `read_likelihood_inputs` gives them.
    cure : str
        What to do about it.
    """
    for key, value in inputs.items():
        bad = ~finite_rows(value)
        if bad.any():
            names = "data" if key in DATA_KEYS else key.replace("_", " ")
            raise ValueError(
                f"The {names} hold NaN or infinity in {int(bad.sum())} of {len(bad)} rows. {cure}"
            )
