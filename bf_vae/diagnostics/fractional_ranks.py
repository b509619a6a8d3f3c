"""Where the truth lies among posterior draws: what every calibration check starts from."""

import numpy as np

from .draws import check_draws


def fractional_ranks(draws, truths, seed: int = 0) -> np.ndarray:
    """Ranks of the true parameters among their posterior draws, made continuous.

    With r of L draws below the truth, ``u = (r + v) / (L + 1)`` and v uniform on (0, 1). If the
    posterior is exact, u is uniform on (0, 1) whatever L is; without v it would be on a grid only.
    Draws that equal the truth count as below it in a random share of cases.

    Parameters
    ----------
    draws : array-like of shape (n, num_draws, d)
    truths : array-like of shape (n, d)
    seed : int, optional, default: 0
        Of v and of ties.

    Returns
    -------
    np.ndarray of shape (n, d)
        In (0, 1).

    Raises
    ------
    TypeError
        For a dictionary of draws.
    ValueError
        If the shapes do not fit, or for NaN or infinity.

    References
    ----------
    Talts et al. (2018), Validating Bayesian inference algorithms with simulation-based calibration,
    arXiv 1804.06788, theorem 1.
    """
    return ranks_of(*check_draws(draws, truths), seed)


def ranks_of(draws, truths, seed: int = 0) -> np.ndarray:
    """Fractional ranks of checked ``truths`` (n, ...) among ``draws`` (n, num_draws, ...)."""
    # Numbers of its own: truths may have been drawn by a generator with the same seed.
    rng = np.random.default_rng([seed, 6])
    below = (draws < truths[:, np.newaxis]).sum(axis=1)
    equal = (draws == truths[:, np.newaxis]).sum(axis=1)
    ranks = below + rng.integers(equal, endpoint=True)
    return (ranks + rng.uniform(size=ranks.shape)) / (draws.shape[1] + 1)
