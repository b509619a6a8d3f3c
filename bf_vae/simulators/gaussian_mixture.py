"""Gaussian mixture: one location, two very different scales."""

import numpy as np

from .benchmark_simulator import BenchmarkSimulator


class GaussianMixture(BenchmarkSimulator):
    """Common location of a mixture of a wide and a narrow Gaussian.

    ``theta ~ U(-10, 10)``, ``x | theta ~ 0.5 N(theta, I) + 0.5 N(theta, 0.01 I)``, both of
    length 2. The two observables of one simulation come from the same component.

    Parameters
    ----------
    rng : np.random.Generator, int or None
        Source of randomness.

    References
    ----------
    Lueckmann et al. (2021). Benchmarking simulation-based inference, task T.7.
    """

    name = "gaussian_mixture"
    num_observables = 2
    _parameter_names = ("theta_1", "theta_2")
    _lower = -10.0
    _upper = 10.0

    scales = (1.0, 0.1)

    def _draw_parameters(self, num_draws, rng):
        return rng.uniform(self._lower, self._upper, (num_draws, self.num_parameters))

    def _simulate(self, parameters, rng):
        scale = np.array(self.scales)[rng.integers(2, size=(len(parameters), 1))]
        return rng.normal(parameters, scale)
