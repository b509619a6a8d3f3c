"""Checks of samples, one or two that are to be compared."""

import numpy as np

from .arguments import check_finite, float_array


def one_sample(sample, name: str) -> np.ndarray:
    """The sample as a float64 array of shape (n, d).

    Raises
    ------
    ValueError
        If it is not two-dimensional, is empty, or holds NaN or infinity.
    TypeError
        For a dictionary.
    """
    sample = float_array(sample, f"The {name}")
    if sample.ndim != 2 or sample.size == 0:
        cure = " Take one data set's draws, such as draws[0]." if sample.ndim == 3 else ""
        raise ValueError(
            f"The {name} needs shape (n, d) with n and d above 0, got {sample.shape}.{cure}"
        )
    check_finite(sample, f"The {name} holds", "rows")
    return sample


def two_samples(x, y, names=("first sample", "second sample")) -> tuple[np.ndarray, np.ndarray]:
    """Both samples as float64 arrays of shape (n, d) and (m, d).

    Raises
    ------
    ValueError
        If they are not two-dimensional, differ in d, are empty, or hold NaN or infinity.
    TypeError
        For a dictionary.
    """
    x, y = (one_sample(sample, name) for sample, name in zip((x, y), names, strict=True))
    if x.shape[1] != y.shape[1]:
        raise ValueError(
            f"The {names[0]} and the {names[1]} have {x.shape[1]} and {y.shape[1]} dimensions, "
            "but need the same."
        )
    return x, y
