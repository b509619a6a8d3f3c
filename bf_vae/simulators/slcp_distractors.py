"""SLCP with distractors: the observables of SLCP hidden among noise."""

import numpy as np

from .slcp import SLCP

NUM_COMPONENTS = 20
NUM_DISTRACTORS = 92


class SLCPDistractors(SLCP):
    """SLCP with 92 uninformative observables mixed in, in a fixed order.

    The distractors are a draw from a mixture, with equal weights, of 20 multivariate Student t
    distributions with two degrees of freedom. The mixture and the order of the 100 observables
    are drawn once, from the seed that sbibm uses. The reference posterior is that of SLCP.

    Parameters
    ----------
    rng : np.random.Generator, int or None
        Source of randomness.

    Attributes
    ----------
    locations : np.ndarray of shape (20, 92)
        Locations of the mixture's components.
    scale_trils : np.ndarray of shape (20, 92, 92)
        Lower triangular factors of their scale matrices; the diagonals have both signs.
    permutation : np.ndarray of shape (100,)
        Which of [SLCP, distractors] stands at each place of the observables.

    References
    ----------
    Lueckmann et al. (2021). Benchmarking simulation-based inference, task T.4.
    """

    name = "slcp_distractors"
    num_observables = 100
    _folder = "slcp"
    _observation_file = "observation_distractors.csv"

    degrees_of_freedom = 2

    def __init__(self, rng=None):
        super().__init__(rng)
        # sbibm's recipe, in its order: the legacy generator is what makes the numbers equal.
        legacy = np.random.RandomState(42)
        size = NUM_DISTRACTORS
        self.locations = 15 * legacy.normal(size=(NUM_COMPONENTS, size))
        self.scale_trils = np.empty((NUM_COMPONENTS, size, size))
        for factor in self.scale_trils:
            lower = np.tril(legacy.normal(size=(size, size)))
            factor[:] = 3 * (lower + np.diag(np.exp(legacy.normal(size=size))))
        self.permutation = legacy.permutation(8 + size)

    def _simulate(self, parameters, rng):
        informative = super()._simulate(parameters, rng)
        distractors = self._draw_distractors(len(parameters), rng)
        return np.concatenate([informative, distractors], axis=1)[:, self.permutation]

    def _draw_distractors(self, num_draws, rng):
        component = rng.integers(NUM_COMPONENTS, size=num_draws)
        # One chi-square per draw: the 92 distractors of a simulation are heavy-tailed together.
        chi_square = rng.chisquare(self.degrees_of_freedom, (num_draws, 1))
        draws = rng.standard_normal((num_draws, NUM_DISTRACTORS))
        draws /= np.sqrt(chi_square / self.degrees_of_freedom)
        for k in range(NUM_COMPONENTS):
            rows = component == k
            draws[rows] = self.locations[k] + draws[rows] @ self.scale_trils[k].T
        return draws
