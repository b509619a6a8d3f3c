"""Rows without NaN and infinity."""

import numpy as np


def finite_rows(values) -> np.ndarray:
    """Which rows of an array of shape (n, ...) are finite throughout: bool of shape (n,)."""
    return np.isfinite(values).all(axis=tuple(range(1, np.ndim(values))))
