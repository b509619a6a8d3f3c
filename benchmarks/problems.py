"""Small problems whose posteriors are known: what sbibm's ten tasks do not have.

Heavy tails, outliers, data over orders of magnitude, symmetric modes, hard edges, units far from 1,
data that say nothing or almost everything. `DataTransform`'s inverse hyperbolic sine and the bend
of `BoxTransform` were added because of them; no other default was chosen by them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.special import logsumexp


@dataclass(frozen=True)
class Problem:
    """Prior and simulator in one, and the posterior's density.

    Parameters
    ----------
    simulate : callable
        From a number n and a `np.random.Generator` to parameters (n, d) and data (n, m).
    log_posterior : callable
        From these to log p(theta | y), shape (n,).
    support : (lower, upper), optional
    """

    simulate: Callable
    log_posterior: Callable
    support: tuple | None = None


def of_one_parameter(prior, grid, draw, log_likelihood, support=None) -> Problem:
    """One parameter: the evidence by the trapezoidal rule on a grid.

    Parameters
    ----------
    prior : scipy.stats distribution
    grid : np.ndarray of shape (points,)
        In increasing order, dense where the narrowest posterior is.
    draw : callable
        From parameters (n, 1) and a generator to data (n, m).
    log_likelihood : callable
        From parameters (points,) and one simulation's data (m,) to log p(y | theta), (points,).
    """

    def simulate(n, rng):
        theta = prior.rvs((n, 1), random_state=rng)
        return theta, draw(theta, rng)

    steps = np.diff(grid, prepend=grid[0]) + np.diff(grid, append=grid[-1])
    log_prior = prior.logpdf(grid) + np.log(steps / 2)

    def log_posterior(theta, y):
        evidence = [logsumexp(log_likelihood(grid, row) + log_prior) for row in y]
        joint = [log_likelihood(t, row)[0] for t, row in zip(theta, y, strict=True)]
        return np.array(joint) + prior.logpdf(theta[:, 0]) - evidence

    return Problem(simulate, log_posterior, support)


def linear_gaussian(matrix, noise, location=0.0, unit=1.0) -> Problem:
    """``theta = location + unit * u``, u standard normal, and ``y = u A^T`` plus noise."""
    m, d = matrix.shape
    covariance = np.linalg.inv(np.eye(d) + matrix.T @ matrix / noise**2)
    posterior = stats.multivariate_normal(np.zeros(d), covariance)

    def simulate(n, rng):
        u = rng.normal(size=(n, d))
        return location + unit * u, u @ matrix.T + noise * rng.normal(size=(n, m))

    def log_posterior(theta, y):
        u = (theta - location) / unit
        mean = y @ matrix @ covariance / noise**2
        return posterior.logpdf(u - mean) - np.sum(np.log(unit * np.ones(d)))

    return Problem(simulate, log_posterior)


def funnel(noise=0.5) -> Problem:
    """Neal's funnel: ``v ~ N(0, 2^2)``, ``x ~ N(0, e^v)``, and y is x plus noise."""
    grid = np.linspace(-14.0, 14.0, 2001)

    def simulate(n, rng):
        v = rng.normal(0, 2, (n, 1))
        x = np.exp(v / 2) * rng.normal(size=(n, 1))
        return np.hstack([v, x]), x + noise * rng.normal(size=(n, 1))

    def log_posterior(theta, y):
        # x is integrated by hand.
        joint = stats.norm.logpdf(grid, 0, 2) + stats.norm.logpdf(
            y, 0, np.sqrt(np.exp(grid) + noise**2)
        )
        v, x = theta.T
        density = stats.norm.logpdf(v, 0, 2) + stats.norm.logpdf(x, 0, np.exp(v / 2))
        density += stats.norm.logpdf(y[:, 0], x, noise)
        return density - logsumexp(joint + np.log(grid[1] - grid[0]), axis=1)

    return Problem(simulate, log_posterior)


def _draw_with_outliers(theta, rng):
    failed = rng.uniform(size=theta.shape) < 0.01
    normal = rng.normal(size=theta.shape)
    return np.where(failed, 1e4 * normal, theta + 0.1 * normal)


def _draw_below(theta, rng):
    return theta * rng.uniform(size=(len(theta), 5))


def _density_above(theta, y):
    largest = y.max(axis=1)
    return -5 * np.log(theta[:, 0]) - np.log((largest**-4 - 1) / 4)


norm, inf = stats.norm, np.inf
seconds = np.linspace(0, 1, 500)
PROBLEMS = {
    "Cauchy noise": of_one_parameter(
        norm(0, 5),
        np.linspace(-40, 40, 8001),
        lambda theta, rng: theta + rng.standard_cauchy(theta.shape),
        lambda theta, y: stats.cauchy.logpdf(y[0], theta),
    ),
    "one in a hundred 10,000 times as large": of_one_parameter(
        norm(),
        np.linspace(-6, 6, 2401),
        _draw_with_outliers,
        lambda theta, y: np.logaddexp(
            np.log(0.99) + norm.logpdf(y[0], theta, 0.1), np.log(0.01) + norm.logpdf(y[0], 0, 1e4)
        ),
    ),
    "scale over orders of magnitude": of_one_parameter(
        stats.lognorm(2),
        np.exp(np.linspace(-12, 12, 4801)),
        lambda theta, rng: theta * rng.normal(size=(len(theta), 10)),
        lambda theta, y: norm.logpdf(y[:, np.newaxis], 0, theta).sum(axis=0),
        (0.0, inf),
    ),
    "counts": of_one_parameter(
        stats.gamma(0.5, scale=10),
        np.exp(np.linspace(-40, 6, 9201)),
        lambda theta, rng: 1.0 * rng.poisson(theta, (len(theta), 5)),
        lambda theta, y: stats.poisson.logpmf(y[:, np.newaxis], theta).sum(axis=0),
        (0.0, inf),
    ),
    "counts over orders of magnitude": of_one_parameter(
        stats.lognorm(3),
        np.exp(np.linspace(-20, 20, 40001)),
        lambda theta, rng: 1.0 * rng.poisson(theta, (len(theta), 3)),
        lambda theta, y: stats.poisson.logpmf(y[:, np.newaxis], theta).sum(axis=0),
        (0.0, inf),
    ),
    "log-uniform rate": of_one_parameter(
        stats.loguniform(1e-6, 1e6),
        np.geomspace(1e-6, 1e6, 8001),
        lambda theta, rng: rng.exponential(1 / theta, (len(theta), 3)),
        lambda theta, y: 3 * np.log(theta) - theta * y.sum(),
        (1e-6, 1e6),
    ),
    "thousand trials": of_one_parameter(
        stats.uniform(),
        np.linspace(0, 1, 20_001),
        lambda theta, rng: 1.0 * rng.binomial(1000, theta),
        lambda theta, y: stats.binom.logpmf(y[0], 1000, theta),
        (0.0, 1.0),
    ),
    "prior at both ends": Problem(
        lambda n, rng: (theta := rng.beta(0.3, 0.3, (n, 1)), 1.0 * rng.binomial(20, theta)),
        lambda theta, y: stats.beta.logpdf(theta, 0.3 + y, 20.3 - y)[:, 0],
        (0.0, 1.0),
    ),
    "hard edge": Problem(
        lambda n, rng: (theta := rng.uniform(size=(n, 1)), _draw_below(theta, rng)),
        _density_above,
        (0.0, 1.0),
    ),
    "two narrow modes": of_one_parameter(
        norm(),
        np.linspace(-6, 6, 24_001),
        lambda theta, rng: theta**2 + 0.02 * rng.normal(size=theta.shape),
        lambda theta, y: norm.logpdf(y[0], theta**2, 0.02),
    ),
    "angle": of_one_parameter(
        stats.uniform(-np.pi, 2 * np.pi),
        np.linspace(-np.pi, np.pi, 2001),
        lambda theta, rng: (
            np.hstack([np.cos(theta), np.sin(theta)]) + 0.3 * rng.normal(size=(len(theta), 2))
        ),
        lambda theta, y: (
            norm.logpdf(y[0], np.cos(theta), 0.3) + norm.logpdf(y[1], np.sin(theta), 0.3)
        ),
        (-np.pi, np.pi),
    ),
    "threshold": of_one_parameter(
        norm(),
        np.linspace(-6, 6, 24_001),
        lambda theta, rng: (
            np.maximum(theta, 0) + np.where(theta > 0, 0.01, 0.02) * rng.normal(size=theta.shape)
        ),
        lambda theta, y: norm.logpdf(y[0], np.maximum(theta, 0), np.where(theta > 0, 0.01, 0.02)),
    ),
    "heavy-tailed prior": of_one_parameter(
        stats.t(1.5),
        np.sinh(np.linspace(-10, 10, 40_001)),
        lambda theta, rng: theta + rng.normal(size=theta.shape),
        lambda theta, y: norm.logpdf(y[0], theta),
    ),
    "funnel": funnel(),
    "data that say nothing": Problem(
        lambda n, rng: (rng.gamma(2, size=(n, 3)), rng.normal(size=(n, 4))),
        lambda theta, y: stats.gamma.logpdf(theta, 2).sum(axis=1),
        (0.0, inf),
    ),
    "data that say almost everything": linear_gaussian(np.array([[1, 0], [0.5, 1]]), 1e-4),
    "units of 1e-12 and 1e9": linear_gaussian(
        np.eye(2), 0.2, np.array([3e-12, 5e9]), np.array([1e-12, 1e9])
    ),
    "series of 500": linear_gaussian(np.stack([np.sin(6 * seconds), seconds], axis=1), 1.0),
    "twenty parameters": linear_gaussian(
        np.random.default_rng(5).normal(size=(20, 20)) / np.sqrt(20), 0.3
    ),
}
