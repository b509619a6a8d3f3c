"""Log-normal priors."""

import numpy as np

from .benchmark_simulator import BenchmarkSimulator


class PositiveSimulator(BenchmarkSimulator):
    """A task whose prior is log-normal: ``log theta ~ N(log_mean, log_sd^2)`` in each dimension."""

    log_mean: list[float]
    log_sd: list[float]

    @property
    def support(self):
        return np.zeros(self.num_parameters), np.full(self.num_parameters, np.inf)

    def prior(self, size):
        return np.exp(self.rng.normal(self.log_mean, self.log_sd, (size, self.num_parameters)))
