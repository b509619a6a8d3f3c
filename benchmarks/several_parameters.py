"""Small problems of several parameters whose posteriors are known.

Symmetric modes, a nuisance that all data share, units far from 1, counts of classes, data that say
nothing or almost everything.
"""

import numpy as np
from one_parameter import turns
from problem import Problem, on_grid
from scipy import stats
from scipy.special import logsumexp

norm, inf = stats.norm, np.inf


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


def common_nuisance(size, noise=0.3) -> Problem:
    """Two numbers that are large and random together; theta is in their small difference."""
    difference = linear_gaussian(np.eye(1), noise)

    def simulate(n, rng):
        theta, seen = difference.simulate(n, rng)
        shared = rng.normal(size=(n, 1))
        return theta, np.hstack([shared, shared + size * seen])

    def log_posterior(theta, y):
        return difference.log_posterior(theta, (y[:, 1:] - y[:, :1]) / size)

    return Problem(simulate, log_posterior)


def signs(d, noise=0.1) -> Problem:
    """``y = |theta|`` plus noise, theta of d dimensions: 2^d modes."""
    shrink = 1 / (1 + noise**2)

    def simulate(n, rng):
        theta = rng.normal(size=(n, d))
        return theta, np.abs(theta) + noise * rng.normal(size=(n, d))

    def log_posterior(theta, y):
        # The evidence is twice the integral over positive theta.
        evidence = np.log(2) + norm.logpdf(y, 0, np.sqrt(1 + noise**2))
        evidence += norm.logcdf(y * shrink / (noise * np.sqrt(shrink)))
        return (norm.logpdf(theta) + norm.logpdf(y, np.abs(theta), noise) - evidence).sum(axis=1)

    return Problem(simulate, log_posterior)


def beside_a_line(problem, noise=0.1) -> Problem:
    """A standard normal parameter seen through noise, and beside it, independent, a problem."""
    line = linear_gaussian(np.eye(1), noise)

    def simulate(n, rng):
        both = zip(line.simulate(n, rng), problem.simulate(n, rng), strict=True)
        return tuple(np.hstack(pair) for pair in both)

    def log_posterior(theta, y):
        beside = problem.log_posterior(theta[:, 1:], y[:, 1:])
        return line.log_posterior(theta[:, :1], y[:, :1]) + beside

    return Problem(simulate, log_posterior)


def zeros_and_orders_of_magnitude(size=5) -> Problem:
    """A share of zeros, and exponential data whose mean spans orders of magnitude."""
    log_means = np.linspace(-20, 20, 8001)

    def simulate(n, rng):
        theta = np.stack([rng.uniform(size=n), np.exp(3 * rng.normal(size=n))], axis=1)
        y = rng.exponential(theta[:, 1:], size=(n, size))
        return theta, np.where(rng.uniform(size=y.shape) < theta[:, :1], 0.0, y)

    def log_density(log_mean, zeros, total):
        return norm.logpdf(log_mean, 0, 3) - (size - zeros) * log_mean - total / np.exp(log_mean)

    def log_posterior(theta, y):
        zeros, total = (y == 0).sum(axis=1, keepdims=True), y.sum(axis=1, keepdims=True)
        evidence = logsumexp(log_density(log_means, zeros, total), axis=1)
        evidence += np.log(log_means[1] - log_means[0])
        share, log_mean = theta[:, :1], np.log(theta[:, 1:])
        share = stats.beta.logpdf(share, zeros + 1, size - zeros + 1)
        density = share + log_density(log_mean, zeros, total) - log_mean
        return density[:, 0] - evidence

    return Problem(simulate, log_posterior, ([0.0, 0.0], [1.0, inf]))


def _draw_product(n, rng):
    theta = rng.normal(size=(n, 2))
    return theta, theta.prod(axis=1, keepdims=True) + 0.1 * rng.normal(size=(n, 1))


def _draw_from_either(n, rng):
    theta = 2 * rng.normal(size=(n, 2))
    centers = np.where(rng.uniform(size=(n, 8)) < 0.5, theta[:, :1], theta[:, 1:])
    return theta, centers + 0.5 * rng.normal(size=(n, 8))


def _density_of_either(theta, y):
    each = norm.logpdf(y, theta[..., np.newaxis], 0.5)
    return (np.logaddexp(each[:, 0], each[:, 1]) - np.log(2)).sum(axis=1)


def _draw_normals(n, rng):
    theta = np.stack([3 * rng.normal(size=n), np.exp(rng.normal(size=n))], axis=1)
    return theta, theta[:, :1] + theta[:, 1:] * rng.normal(size=(n, 6))


def _draw_classes(n, rng):
    shares = rng.dirichlet(np.ones(3), n)
    return shares[:, :2], 1.0 * rng.multinomial(20, shares)


def _density_of_classes(theta, y):
    shares = np.hstack([theta, 1 - theta.sum(axis=1, keepdims=True)])
    return np.array([stats.dirichlet.logpdf(s, 1 + row) for s, row in zip(shares, y, strict=True)])


seconds = np.linspace(0, 1, 500)
SEVERAL_PARAMETERS = {
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
    "product": on_grid(
        _draw_product,
        lambda theta: norm.logpdf(theta).sum(axis=1),
        lambda theta, y: norm.logpdf(y[0], theta.prod(axis=1), 0.1),
        [np.linspace(-5, 5, 801)] * 2,
    ),
    "two groups without names": on_grid(
        _draw_from_either,
        lambda theta: norm.logpdf(theta, 0, 2).sum(axis=1),
        _density_of_either,
        [np.linspace(-9, 9, 181)] * 2,
    ),
    "location and scale": on_grid(
        _draw_normals,
        lambda theta: norm.logpdf(theta[:, 0], 0, 3) + stats.lognorm.logpdf(theta[:, 1], 1),
        lambda theta, y: norm.logpdf(y[:, np.newaxis], *theta.T).sum(axis=0),
        [np.linspace(-15, 15, 601), np.exp(np.linspace(-5, 5, 201))],
        ([-inf, 0.0], [inf, inf]),
    ),
    "shares of three classes": Problem(_draw_classes, _density_of_classes, (0.0, 1.0)),
    "zeros and orders of magnitude": zeros_and_orders_of_magnitude(),
    "small difference of large numbers": common_nuisance(1e-3),
    "five signs": signs(5),
    "ten signs": signs(10),
    "turns beside a line": beside_a_line(turns(norm(), np.linspace(-6, 6, 4801), 4.0)),
}
