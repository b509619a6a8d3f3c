"""Priors and simulators against closed forms."""

import numpy as np
import pytest
from scipy.stats import kstest, t
from simulator_likelihoods import solve_lotka_volterra, solve_sir

from bf_vae.simulators import get_simulator
from bf_vae.simulators.bernoulli_glm_raw import design_matrix, prior_precision

UNIFORM = {"gaussian_linear_uniform": 1, "gaussian_mixture": 10, "two_moons": 1, "slcp": 3,
           "slcp_distractors": 3}  # fmt: skip
LOG_NORMAL = {
    "sir": (np.log([0.4, 0.125]), [0.5, 0.2]),
    "lotka_volterra": ([-0.125, -3, -0.125, -3], [0.5] * 4),
}


def draw_at(name, theta, n=40_000, seed=0):
    return get_simulator(name, seed).observation_model(np.tile(theta, (n, 1))).astype(float)


def assert_mean_and_covariance(draws, mean, covariance):
    """Within five standard errors, which for a Gaussian are known."""
    n, deviation = len(draws), np.sqrt(np.diag(covariance))
    assert (np.abs(draws.mean(0) - mean) < 5 * deviation / np.sqrt(n)).all()
    error = np.sqrt((covariance**2 + np.outer(deviation, deviation) ** 2) / n)
    assert (np.abs(np.cov(draws.T) - covariance) < 5 * error).all()


@pytest.mark.parametrize("name", UNIFORM)
def test_uniform_priors(name):
    bound = UNIFORM[name]
    for column in get_simulator(name, 0).prior(20_000).T:
        assert kstest(column / (2 * bound) + 0.5, "uniform").pvalue > 1e-4


@pytest.mark.parametrize("name", LOG_NORMAL)
def test_log_normal_priors(name):
    mean, scale = LOG_NORMAL[name]
    draws = np.log(get_simulator(name, 0).prior(40_000).astype(float))
    assert_mean_and_covariance(draws, mean, np.diag(np.square(scale)))


def test_gaussian_prior():
    draws = get_simulator("gaussian_linear", 0).prior(40_000)
    assert_mean_and_covariance(draws, np.zeros(10), 0.1 * np.eye(10))


@pytest.mark.parametrize("name", ["bernoulli_glm", "bernoulli_glm_raw"])
def test_glm_prior(name):
    draws = get_simulator(name, 0).prior(40_000)
    assert_mean_and_covariance(draws, np.zeros(10), np.linalg.inv(prior_precision()))


def test_glm_prior_precision_by_hand():
    precision = prior_precision()
    assert precision[0, 0] == 0.5
    assert not precision[0, 1:].any()
    # F theta: second differences (without a boundary) plus sqrt(i / 9) theta_i.
    h = np.arange(1.0, 10.0) ** 2
    differences = np.diff(np.concatenate([[0, 0], h]), 2)
    penalty = np.sum((differences + np.sqrt(np.arange(9) / 9) * h) ** 2)
    assert h @ precision[1:, 1:] @ h == pytest.approx(penalty)


@pytest.mark.parametrize("name", ["gaussian_linear", "gaussian_linear_uniform"])
def test_gaussian_noise(name):
    theta = np.linspace(-0.9, 0.9, 10)
    assert_mean_and_covariance(draw_at(name, theta), theta, 0.1 * np.eye(10))


def test_mixture_shares_its_component():
    noise = draw_at("gaussian_mixture", [3.0, -2.0]) - [3.0, -2.0]
    assert noise.mean(0) == pytest.approx([0, 0], abs=0.02)
    np.testing.assert_allclose((noise**2).mean(0), (1 + 0.01) / 2, rtol=0.05)
    # E[x^2 y^2] tells one component for both from one for each: 0.5 against 0.255.
    assert np.prod(noise**2, axis=1).mean() == pytest.approx(0.5 * (1 + 1e-4), rel=0.1)


def test_two_moons_ring():
    theta = np.array([0.3, -0.8])
    centred = draw_at("two_moons", theta)
    centred -= [0.25 - 0.5 / np.sqrt(2), -1.1 / np.sqrt(2)]
    radius, angle = np.hypot(*centred.T), np.arctan2(*centred.T[::-1])
    assert kstest((radius - 0.1) / 0.01, "norm").pvalue > 1e-4
    assert kstest(angle / np.pi + 0.5, "uniform").pvalue > 1e-4


@pytest.mark.parametrize("theta", [[1, -2, 1.2, -0.8, 0.7], [0, 0, 0, 0.01, 3]])
def test_slcp_covariance_has_the_jitter(theta):
    s1, s2, rho = theta[2] ** 2, theta[3] ** 2, np.tanh(theta[4])
    pair = np.array([[s1**2 + 1e-6, rho * s1 * s2], [rho * s1 * s2, s2**2 + 1e-6]])
    draws = draw_at("slcp", theta)
    assert_mean_and_covariance(draws, np.tile(theta[:2], 4), np.kron(np.eye(4), pair))


def test_distractors():
    task = get_simulator("slcp_distractors", 0)
    theta = [1, -2, 1.2, -0.8, 0.7]
    draws = draw_at("slcp_distractors", theta)[:, np.argsort(task.permutation)]
    assert draws[:, :8].mean(0) == pytest.approx(np.tile(theta[:2], 4), abs=0.05)
    scales = np.sqrt((task.scale_trils**2).sum(-1))
    for j in (0, 1, 45, 91):

        def cdf(x, j=j):
            standard = (x[:, None] - task.locations[:, j]) / scales[:, j]
            return t.cdf(standard, 2).mean(-1)

        assert kstest(draws[:, 8 + j], cdf).pvalue > 1e-4
    # One chi-square per simulation makes the magnitudes of unrelated distractors correlate.
    residual = np.abs(draws[:, 8:] - np.median(task.locations, axis=0))
    far = residual > np.quantile(residual, 0.999, axis=0)
    assert far[far[:, 0], 91].mean() > 0.1


def test_glm_spikes_and_statistics():
    theta = get_simulator("bernoulli_glm").true_parameters(1)
    design = design_matrix()
    probability = 1 / (1 + np.exp(-design @ theta))
    spikes = draw_at("bernoulli_glm_raw", theta)
    assert set(np.unique(spikes)) == {0.0, 1.0}
    standard_error = np.sqrt(probability * (1 - probability) / len(spikes)) + 1e-4
    assert (np.abs(spikes.mean(0) - probability) < 5 * standard_error).all()
    variance = design.T @ np.diag(probability * (1 - probability)) @ design
    statistics = draw_at("bernoulli_glm", theta)
    assert_mean_and_covariance(statistics, design.T @ probability, variance)


def test_sir_noise_is_binomial():
    theta = np.array([0.5, 0.15])
    probability = solve_sir(theta) / 1e6
    counts = draw_at("sir", theta, n=10_000)
    standard_error = np.sqrt(1000 * probability * (1 - probability) / len(counts))
    assert (np.abs(counts.mean(0) - 1000 * probability) < 5 * standard_error + 1e-3).all()
    np.testing.assert_allclose(
        counts.var(0)[2:5], (1000 * probability * (1 - probability))[2:5], rtol=0.1
    )


def test_lotka_volterra_noise_is_log_normal():
    theta = np.array([0.7, 0.1, 0.9, 0.1])
    draws = np.log(draw_at("lotka_volterra", theta, n=10_000))
    assert_mean_and_covariance(draws, np.log(solve_lotka_volterra(theta)), 0.01 * np.eye(20))
