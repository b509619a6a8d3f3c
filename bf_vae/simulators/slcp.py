"""SLCP: simple likelihood, complex posterior."""

import numpy as np

from .benchmark_simulator import BenchmarkSimulator


class SLCP(BenchmarkSimulator):
    """Four draws from a bivariate Gaussian whose scales enter squared.

    ``theta ~ U(-3, 3)`` of length 5. The observables are four pairs, one after another, from a
    Gaussian with mean ``[theta_1, theta_2]``, standard deviations ``theta_3^2`` and ``theta_4^2``
    and correlation ``tanh(theta_5)``; as in sbibm 1e-6 is added to both variances.

    Parameters
    ----------
    rng : np.random.Generator, int or None
        Source of randomness.

    References
    ----------
    Lueckmann et al. (2021). Benchmarking simulation-based inference, task T.3.
    """

    name = "slcp"
    num_observables = 8
    _parameter_names = tuple(f"theta_{i}" for i in range(1, 6))
    _lower = -3.0
    _upper = 3.0

    jitter = 1e-6

    def _draw_parameters(self, num_draws, rng):
        return rng.uniform(self._lower, self._upper, (num_draws, self.num_parameters))

    def _simulate(self, parameters, rng):
        mean_1, mean_2, root_1, root_2, theta_5 = parameters.T[..., None]
        # Cholesky factor of the covariance with the jitter on its diagonal.
        covariance = np.tanh(theta_5) * root_1**2 * root_2**2
        scale_1 = np.sqrt(root_1**4 + self.jitter)
        slope = covariance / scale_1
        scale_2 = np.sqrt(root_2**4 + self.jitter - slope**2)
        z_1, z_2 = rng.standard_normal((2, len(parameters), 4))
        pairs = np.stack([mean_1 + scale_1 * z_1, mean_2 + slope * z_1 + scale_2 * z_2], axis=-1)
        return pairs.reshape(-1, 8)
