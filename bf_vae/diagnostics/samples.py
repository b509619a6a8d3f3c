"""Checks of two samples that are to be compared."""

import numpy as np

from ..finite_rows import finite_rows


def two_samples(x, y) -> tuple[np.ndarray, np.ndarray]:
    """Both samples as float64 arrays of shape (n, d) and (m, d).

    Raises
    ------
    ValueError
        If they are not two-dimensional, differ in d, are empty, or hold NaN or infinity.
    """
    x, y = np.asarray(x, "float64"), np.asarray(y, "float64")
    for name, sample in (("first", x), ("second", y)):
        if sample.ndim != 2 or sample.size == 0:
            raise ValueError(
                f"The {name} sample needs shape (n, d) with n and d above 0, got {sample.shape}."
            )
        bad = ~finite_rows(sample)
        if bad.any():
            raise ValueError(
                f"The {name} sample holds NaN or infinity in {int(bad.sum())} of {len(bad)} rows."
            )
    if x.shape[1] != y.shape[1]:
        raise ValueError(f"The samples have {x.shape[1]} and {y.shape[1]} dimensions.")
    return x, y
