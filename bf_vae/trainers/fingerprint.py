"""A short name for simulations, to know them again."""

import hashlib

import numpy as np


def fingerprint(simulations: dict[str, np.ndarray]) -> str:
    """Twelve hexadecimal digits, the same for the same arrays to the last byte."""
    digest = hashlib.sha256()
    for key in sorted(simulations):
        digest.update(np.ascontiguousarray(simulations[key]).tobytes())
    return digest.hexdigest()[:12]
