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
# Parameters and data, by 1.x's names and 2.x's; read in either direction.
EXCHANGED = {
    "parameters": "observables",
    "conditions": "observables",
    "observables": "parameters",
    "summary_conditions": "parameters",
}


def read_inputs(inputs, need_parameters: bool) -> dict:
    """Give every array its 1.x key, as a float32 tensor.

    Parameters
    ----------
    inputs : dict
        ``parameters``, shape (batch, d); one of ``summary_conditions`` or ``observables``, shape
        (batch, ..., features); ``direct_conditions``, shape (batch, features). At least one of the
        data's keys. Entries that are None count as missing; integers and float64 are converted.
    need_parameters : bool
        Whether ``parameters`` must be there.

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
    given = {k: _to_tensor(k, v) for k, v in inputs.items() if v is not None}
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
    read = {k: given[k] for k in (PARAMETERS_KEY, DIRECT_KEY) if k in given}
    if data:
        read["summary_conditions"] = given[data[0]]
    return _check_shapes(read)


def _to_tensor(key, value) -> tf.Tensor:
    if tf.is_tensor(value):
        return tf.cast(value, tf.float32)
    try:
        return tf.convert_to_tensor(np.asarray(value, dtype="float32"))
    except (TypeError, ValueError) as error:
        raise ValueError(f"{key!r} is no array of numbers: {error}") from error


def _check_shapes(read: dict) -> dict:
    # One observation of shape (features,) is a batch of one.
    if PARAMETERS_KEY not in read:
        read = {k: v[tf.newaxis] if v.shape.rank == 1 else v for k, v in read.items()}
    for key, value in read.items():
        if value.shape.rank is not None and value.shape.rank < 2:
            raise ValueError(
                f"{_names(key)} needs shape (batch, features), got {tuple(value.shape)}. For one "
                "feature give shape (batch, 1), for one row (1, features)."
            )
    if PARAMETERS_KEY in read and read[PARAMETERS_KEY].shape.rank != 2:
        shape = tuple(read[PARAMETERS_KEY].shape)
        raise ValueError(f"'parameters' needs shape (batch, d), got {shape}.")
    sizes = {k: v.shape[0] for k, v in read.items() if v.shape[0] is not None}
    if len(set(sizes.values())) > 1:
        found = ", ".join(f"{size} of {_names(key)}" for key, size in sizes.items())
        raise ValueError(f"All inputs need the same number of rows, got {found}.")
    return read


def _names(key) -> str:
    """What the user may have called the data."""
    return "'observables' (or 'summary_conditions')" if key in DATA_KEYS else repr(key)


def check_dictionary(inputs) -> None:
    """Raise a TypeError unless the inputs are a dictionary."""
    if not hasattr(inputs, "items"):
        raise TypeError(f"Inputs must be a dictionary of arrays, got {type(inputs).__name__}.")


def exchange(inputs) -> dict:
    """Give parameters the key of data, and data that of parameters.

    Raises
    ------
    TypeError
        If the inputs are no dictionary.
    ValueError
        For an unknown key, or two for the same.
    """
    check_dictionary(inputs)
    exchanged = {}
    for key, value in inputs.items():
        if key not in EXCHANGED or EXCHANGED[key] in exchanged:
            raise ValueError(
                f"A likelihood reads 'parameters' (or 'conditions') and 'observables', each once; "
                f"got {sorted(inputs)}."
            )
        exchanged[EXCHANGED[key]] = value
    return exchanged


def check_finite(inputs: dict, cure: str) -> None:
    """Raise a ValueError that counts the rows with NaN or infinity, if there are any.

    Parameters
    ----------
    inputs : dict
        As `read_inputs` or `exchange` gives them.
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
