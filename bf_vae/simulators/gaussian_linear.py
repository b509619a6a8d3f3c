"""Gaussian linear: the posterior is Gaussian too."""

import numpy as np

from .benchmark_simulator import BenchmarkSimulator


class GaussianLinear(BenchmarkSimulator):
    """Location of a Gaussian under a Gaussian prior.

    ``theta ~ N(0, 0.1 I)``, ``x | theta ~ N(theta, 0.1 I)``: 0.1 is a variance. Both have length
    10. The posterior is ``N(x / 2, 0.05 I)``.

    Parameters
    ----------
    rng : np.random.Generator, int or None
        Source of randomness.

    References
    ----------
    Lueckmann et al. (2021). Benchmarking simulation-based inference, task T.1.
    """

    name = "gaussian_linear"
    num_observables = 10
    _parameter_names = tuple(f"theta_{i}" for i in range(1, 11))

    prior_variance = 0.1
    noise_variance = 0.1

    def _draw_parameters(self, num_draws, rng):
        return rng.normal(0.0, np.sqrt(self.prior_variance), (num_draws, self.num_parameters))

    def _simulate(self, parameters, rng):
        return rng.normal(parameters, np.sqrt(self.noise_variance))
