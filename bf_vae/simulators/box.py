"""Uniform priors."""

import numpy as np

from .benchmark_simulator import BenchmarkSimulator


class BoxSimulator(BenchmarkSimulator):
    """A task whose prior is uniform on ``[-bound, bound]`` in each dimension."""

    bound: float

    @property
    def support(self):
        bounds = np.full(self.num_parameters, self.bound)
        return -bounds, bounds
