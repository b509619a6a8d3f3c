"""Two moons: two crescents, each with structure of its own."""

import numpy as np

from .benchmark_simulator import BenchmarkSimulator


class TwoMoons(BenchmarkSimulator):
    """Posterior of two crescents: global bimodality, local structure.

    ``theta ~ U(-1, 1)`` of length 2. With ``a ~ U(-pi/2, pi/2)`` and ``r ~ N(0.1, 0.01^2)``,
    ``x = [r cos(a) + 0.25 - |theta_1 + theta_2| / sqrt(2),
    r sin(a) + (theta_2 - theta_1) / sqrt(2)]``.

    Parameters
    ----------
    rng : np.random.Generator, int or None
        Source of randomness.

    References
    ----------
    Lueckmann et al. (2021). Benchmarking simulation-based inference, task T.8.
    """

    name = "two_moons"
    num_observables = 2
    _parameter_names = ("theta_1", "theta_2")
    _lower = -1.0
    _upper = 1.0

    def _draw_parameters(self, num_draws, rng):
        return rng.uniform(self._lower, self._upper, (num_draws, self.num_parameters))

    def _simulate(self, parameters, rng):
        angle = rng.uniform(-np.pi / 2, np.pi / 2, len(parameters))
        radius = rng.normal(0.1, 0.01, len(parameters))
        first, second = parameters.T
        return np.column_stack(
            [
                radius * np.cos(angle) + 0.25 - np.abs(first + second) / np.sqrt(2),
                radius * np.sin(angle) + (second - first) / np.sqrt(2),
            ]
        )
