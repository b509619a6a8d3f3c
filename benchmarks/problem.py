"""A small problem whose posterior is known, and how the evidence is found on a grid."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp


@dataclass(frozen=True)
class Problem:
    """Prior and simulator in one, and the posterior's density.

    Parameters
    ----------
    simulate : callable
        From a number n and a `np.random.Generator` to parameters (n, d) and data (n, m).
    log_posterior : callable
        From these to log p(theta | y), shape (n,).
    support : (lower, upper), optional
    """

    simulate: Callable
    log_posterior: Callable
    support: tuple | None = None


def on_grid(simulate, log_prior, log_likelihood, grids, support=None) -> Problem:
    """A problem of a few parameters: the evidence by the trapezoidal rule.

    Parameters
    ----------
    simulate : callable
        As a `Problem`'s.
    log_prior : callable
        From parameters (points, d) to log p(theta), (points,).
    log_likelihood : callable
        From parameters (points, d) and one simulation's data (m,) to log p(y | theta), (points,).
    grids : sequence of np.ndarray
        Of each parameter, in increasing order, dense where the narrowest posterior is.
    support : (lower, upper), optional
    """
    steps = [(np.diff(g, prepend=g[0]) + np.diff(g, append=g[-1])) / 2 for g in grids]
    grid = np.stack(np.meshgrid(*grids, indexing="ij"), axis=-1).reshape(-1, len(grids))
    sizes = np.stack(np.meshgrid(*steps, indexing="ij"), axis=-1).reshape(-1, len(grids))
    log_weights = log_prior(grid) + np.log(sizes).sum(axis=1)

    def log_posterior(theta, y):
        distinct, places = np.unique(y, axis=0, return_inverse=True)
        evidence = [logsumexp(log_likelihood(grid, row) + log_weights) for row in distinct]
        pairs = zip(theta[:, np.newaxis], y, strict=True)
        joint = [log_likelihood(one, row)[0] for one, row in pairs]
        return np.array(joint) + log_prior(theta) - np.take(evidence, places.ravel())

    return Problem(simulate, log_posterior, support)
