"""Maximum mean discrepancy, as sbibm defines it."""

import numpy as np
from scipy.spatial.distance import pdist

from .mmd import mean_kernel
from .samples import two_samples


def mmd_sbibm(reference, samples) -> float:
    """Unbiased estimate of the squared MMD under one Gaussian kernel.

    Its bandwidth is the median distance between two draws of the reference.

    Parameters
    ----------
    reference : array-like of shape (n, d)
    samples : array-like of shape (m, d)

    Returns
    -------
    float
        About 0 for samples of the reference, and then negative as often as not.

    Raises
    ------
    TypeError
        For a dictionary of draws.
    ValueError
        As `mmd`, for fewer than two draws, and if the reference's draws are equal.

    References
    ----------
    Lueckmann et al. (2021). Benchmarking simulation-based inference. ``sbibm.metrics.mmd``.
    """
    x, y = two_samples(reference, samples)
    if min(len(x), len(y)) < 2:
        raise ValueError(f"Give two draws or more of each, got {len(x)} and {len(y)}.")
    distances = pdist(x)
    # The lower one of two middle distances, as in sbibm.
    middle = (len(distances) - 1) // 2
    bandwidth = float(np.partition(distances, middle)[middle])
    if bandwidth == 0.0:
        raise ValueError("Half of the reference's draws are equal: they give no bandwidth.")
    centre = x.mean(axis=0)
    x, y = ((s - centre).astype("float32") for s in (x, y))
    within = (_without_diagonal(mean_kernel(s, s, [bandwidth**2]), len(s)) for s in (x, y))
    return sum(within) - 2.0 * mean_kernel(x, y, [bandwidth**2])


def _without_diagonal(mean, n):
    """The mean over the pairs of two different draws; each of the others has kernel 1."""
    return (mean * n - 1.0) / (n - 1.0)
