"""The batched Runge-Kutta integration against SciPy, and at extremes."""

import numpy as np
import pytest
from simulator_likelihoods import solve_lotka_volterra, solve_sir

from bf_vae.simulators import SIR, LotkaVolterra
from bf_vae.simulators.runge_kutta import integrate


def test_sir_agrees_with_scipy():
    task = SIR(rng=0)
    theta = task.prior(100).astype(float)
    exact = np.array([solve_sir(row) for row in theta]) / 1e6
    np.testing.assert_allclose(task.infected(theta), exact, atol=2e-5)


def test_lotka_volterra_agrees_with_scipy():
    task = LotkaVolterra(rng=0)
    theta = task.prior(100).astype(float)
    exact = np.array([solve_lotka_volterra(row) for row in theta]).clip(1e-10, 1e4)
    np.testing.assert_allclose(np.log(task.populations(theta)), np.log(exact), atol=2e-3)


def test_a_step_too_long_is_halved():
    def oscillate(state, parameters):
        return np.stack([parameters[0] * state[1], -parameters[0] * state[0]])

    frequency = np.array([[0.1, 1.0, 8.0]])
    solution = integrate(
        oscillate, np.array([0.0, 1.0]), frequency,
        interval=1.0, num_intervals=3, num_steps=2, upper=10.0,
    )  # fmt: skip
    times = np.arange(4.0)[:, None]
    np.testing.assert_allclose(solution[:, 0], np.sin(times * frequency), atol=1e-2)


@pytest.mark.parametrize("scale", [0.0, 1e-8, 10.0, 1e6])
@pytest.mark.parametrize("task_class", [SIR, LotkaVolterra])
def test_extreme_parameters_stay_finite(task_class, scale):
    task = task_class(rng=0)
    base = np.eye(task.num_parameters) * scale + task.prior(task.num_parameters)
    for theta in (base, np.full((1, task.num_parameters), scale)):
        draws = task.observation_model(theta)
        assert np.isfinite(draws).all()
        assert (draws >= 0).all()
