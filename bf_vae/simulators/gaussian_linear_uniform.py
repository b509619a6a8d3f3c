"""Gaussian linear uniform: the posterior is a truncated Gaussian."""

import numpy as np

from .benchmark_simulator import BenchmarkSimulator


class GaussianLinearUniform(BenchmarkSimulator):
    """Location of a Gaussian under a uniform prior.

    ``theta ~ U(-1, 1)``, ``x | theta ~ N(theta, 0.1 I)``: 0.1 is a variance. Both have length 10.
    The posterior is ``N(x, 0.1 I)`` truncated to the prior's box.

    Parameters
    ----------
    rng : np.random.Generator, int or None
        Source of randomness.

    References
    ----------
    Lueckmann et al. (2021). Benchmarking simulation-based inference, task T.2.
    """

    name = "gaussian_linear_uniform"
    num_observables = 10
    _parameter_names = tuple(f"theta_{i}" for i in range(1, 11))
    _lower = -1.0
    _upper = 1.0

    noise_variance = 0.1

    def _draw_parameters(self, num_draws, rng):
        return rng.uniform(self._lower, self._upper, (num_draws, self.num_parameters))

    def _simulate(self, parameters, rng):
        return rng.normal(parameters, np.sqrt(self.noise_variance))
