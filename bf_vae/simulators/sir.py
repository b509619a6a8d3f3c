"""SIR: an epidemic in a closed population."""

import numpy as np

from .benchmark_simulator import BenchmarkSimulator
from .runge_kutta import integrate

INITIAL = np.log([1 - 1e-6, 1e-6])


def _derivative(state, parameters):
    susceptible, infected = np.exp(state)
    beta, gamma = parameters
    return np.stack([-beta * infected, beta * susceptible - gamma])


class SIR(BenchmarkSimulator):
    """Counts of infected people among 1000 tested, every 17 days of 160.

    ``beta ~ LogNormal(log 0.4, 0.5)`` is the contact rate and ``gamma ~ LogNormal(log 0.125,
    0.2)`` the recovery rate, both per day. One of a million people is infected at first. The ten
    observables, on days 0, 17, ..., 153, are binomial with 1000 trials and the infected fraction
    as their probability.

    Parameters
    ----------
    rng : np.random.Generator, int or None
        Source of randomness.

    References
    ----------
    Lueckmann et al. (2021). Benchmarking simulation-based inference, task T.9.
    """

    name = "sir"
    num_observables = 10
    _parameter_names = ("beta", "gamma")
    _lower = 0.0

    num_tested = 1000

    def _draw_parameters(self, num_draws, rng):
        return rng.lognormal(np.log([0.4, 0.125]), [0.5, 0.2], (num_draws, 2))

    def _simulate(self, parameters, rng):
        return rng.binomial(self.num_tested, self.infected(parameters))

    def infected(self, parameters: np.ndarray) -> np.ndarray:
        """Infected fraction of the population without noise, (n, 2) to (n, 10)."""
        log_state = integrate(
            _derivative,
            INITIAL,
            np.asarray(parameters, np.float64).T,
            interval=17.0,
            num_intervals=9,
            num_steps=17,
            upper=0.0,
        )
        return np.exp(log_state[:, 1].T)
