"""Lotka-Volterra: predators and their prey."""

import numpy as np

from .benchmark_simulator import BenchmarkSimulator
from .runge_kutta import integrate

INITIAL = np.log([30.0, 1.0])
# Far above any population that is not cut to 10,000 anyway; keeps the exponentials finite.
MAX_LOG_POPULATION = 60.0


def _derivative(state, parameters):
    prey, predators = np.exp(state)
    alpha, beta, gamma, delta = parameters
    return np.stack([alpha - beta * predators, delta * prey - gamma])


class LotkaVolterra(BenchmarkSimulator):
    """Populations of prey and predators, ten times in 20 units of time.

    ``alpha`` and ``beta`` are the growth rate of the prey and the rate at which predators eat it,
    ``gamma`` and ``delta`` the death rate of the predators and their growth rate per prey: alpha
    and gamma from LogNormal(-0.125, 0.5), beta and delta from LogNormal(-3, 0.5). There are 30
    prey and one predator at first. The observables are the prey at times 0, 2.1, ..., 18.9, then
    the predators at the same times, cut to [1e-10, 10000] as in sbibm and with log-normal noise
    of scale 0.1.

    Parameters
    ----------
    rng : np.random.Generator, int or None
        Source of randomness.

    References
    ----------
    Lueckmann et al. (2021). Benchmarking simulation-based inference, task T.10.
    """

    name = "lotka_volterra"
    num_observables = 20
    _parameter_names = ("alpha", "beta", "gamma", "delta")
    _lower = 0.0

    noise_scale = 0.1

    def _draw_parameters(self, num_draws, rng):
        return rng.lognormal([-0.125, -3.0, -0.125, -3.0], 0.5, (num_draws, 4))

    def _simulate(self, parameters, rng):
        return rng.lognormal(np.log(self.populations(parameters)), self.noise_scale)

    def populations(self, parameters: np.ndarray) -> np.ndarray:
        """Prey and predators without noise, cut to [1e-10, 10000], (n, 4) to (n, 20)."""
        log_state = integrate(
            _derivative,
            INITIAL,
            np.asarray(parameters, np.float64).T,
            interval=2.1,
            num_intervals=9,
            num_steps=42,
            upper=MAX_LOG_POPULATION,
        )
        return np.exp(log_state.transpose(2, 1, 0).reshape(-1, 20)).clip(1e-10, 1e4)
