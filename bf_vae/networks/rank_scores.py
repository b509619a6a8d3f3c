"""Ranks and normal scores of simulations, for what is asked of them before a training."""

import numpy as np
from scipy.special import ndtri
from scipy.stats import rankdata

# Fewer simulations cannot tell, and more are not needed to.
FEWEST_SIMULATIONS, MOST_SIMULATIONS = 1000, 10_000


def thinned(theta, y) -> tuple[np.ndarray, np.ndarray]:
    """Every so many rows of both, `MOST_SIMULATIONS` at most."""
    step = -(-len(y) // MOST_SIMULATIONS)
    return np.asarray(theta)[::step], np.asarray(y)[::step]


def ranks(x) -> np.ndarray:
    """Of each column of x, shape (n, features), between 0 and 1."""
    return (rankdata(x, axis=0) - 0.5) / len(x)


def normal_scores(ranks) -> np.ndarray:
    """What a standard normal variable has at these ranks, float32."""
    return ndtri(ranks).astype("float32")


def standardize(x) -> np.ndarray:
    """Each column of x with mean 0 and deviation 1; a constant one becomes 0."""
    x = x - x.mean(axis=0)
    scale = x.std(axis=0)
    return x / np.where(scale > 1e-6, scale, np.inf)
