"""Input dictionaries of a likelihood: parameters, and one data vector for each."""

from .inputs import as_batch, check_dictionary, check_shapes, to_tensor

# By the names of both BayesFlows.
NAMES = {
    "parameters": "parameters",
    "conditions": "parameters",
    "observables": "observables",
    "summary_conditions": "observables",
}


def likelihood_names(inputs) -> dict:
    """Give parameters and data the keys ``parameters`` and ``observables``; None is missing.

    Raises
    ------
    TypeError
        If the inputs are no dictionary.
    ValueError
        For an unknown key, or two for the same.
    """
    check_dictionary(inputs)
    named = {}
    for key, value in inputs.items():
        if value is None:
            continue
        if key not in NAMES or NAMES[key] in named:
            raise ValueError(
                f"A likelihood reads 'parameters' (or 'conditions') and 'observables', each once; "
                f"got {sorted(inputs)}."
            )
        named[NAMES[key]] = value
    return named


def read_likelihood_inputs(inputs, need_data=True, built_for=None, many_for_one=False) -> dict:
    """The inputs as float32 tensors, ``{"parameters", "observables"}``.

    Parameters
    ----------
    inputs : dict
        Under the names of either BayesFlow, each of shape (batch, features).
    need_data : bool, optional, default: True
        Without, data are not read, and one parameter vector may lack the batch axis.
    built_for, many_for_one
        As for `check_shapes`.

    Raises
    ------
    TypeError, ValueError
        As `read_inputs`.
    """
    named = likelihood_names(inputs)
    read = {}
    for key in ("parameters", "observables") if need_data else ("parameters",):
        if named.get(key) is None:
            raise ValueError(f"Key {key!r} is missing; got {sorted(inputs)}.")
        read[key] = to_tensor(key, named[key])
    read = check_shapes(read if need_data else as_batch(read), built_for, many_for_one)
    for key, value in read.items():
        if value.shape.rank != 2:
            raise ValueError(
                f"A likelihood is of one data vector: {key!r} needs shape (batch, features), "
                f"got {tuple(value.shape)}."
            )
    return read
