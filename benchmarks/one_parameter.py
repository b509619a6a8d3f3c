"""Small problems of one parameter whose posteriors are known.

Heavy tails, outliers, data over orders of magnitude, hard edges, many modes, data that are codes.
"""

import numpy as np
from problem import Problem, on_grid
from scipy import stats
from scipy.special import logsumexp

norm, inf = stats.norm, np.inf


def of_one_parameter(prior, grid, draw, log_likelihood, support=None) -> Problem:
    """`on_grid` for one parameter.

    Parameters
    ----------
    prior : scipy.stats distribution
    grid : np.ndarray of shape (points,)
    draw : callable
        From parameters (n, 1) and a generator to data (n, m).
    log_likelihood : callable
        From parameters (points,) and one simulation's data (m,) to log p(y | theta), (points,).
    """

    def simulate(n, rng):
        theta = prior.rvs((n, 1), random_state=rng)
        return theta, draw(theta, rng)

    return on_grid(
        simulate,
        lambda theta: prior.logpdf(theta[:, 0]),
        lambda theta, y: log_likelihood(theta[:, 0], y),
        [grid],
        support,
    )


def turns(prior, grid, rate, noise=0.3, support=None) -> Problem:
    """An angle ``rate * theta`` plus noise, of which the turns that it made are lost."""
    lost = 2 * np.pi * np.arange(-12, 13)
    return of_one_parameter(
        prior,
        grid,
        lambda theta, rng: (rate * theta + noise * rng.normal(size=theta.shape)) % (2 * np.pi),
        lambda theta, y: logsumexp(
            norm.logpdf(y[0] + lost[:, np.newaxis], rate * theta, noise), axis=0
        ),
        support,
    )


def _draw_with_outliers(theta, rng):
    failed = rng.uniform(size=theta.shape) < 0.01
    normal = rng.normal(size=theta.shape)
    return np.where(failed, 1e4 * normal, theta + 0.1 * normal)


def _draw_below(theta, rng):
    return theta * rng.uniform(size=(len(theta), 5))


def _density_above(theta, y):
    largest = y.max(axis=1)
    return -5 * np.log(theta[:, 0]) - np.log((largest**-4 - 1) / 4)


# Where in the order of its six classes a code belongs.
PLACES = np.array([1, 3, 5, 0, 4, 2])
EDGES = np.array([-inf, -2.0, -1.0, 0.0, 1.0, 2.0, inf])


def _draw_codes(theta, rng):
    return 1.0 * np.argsort(PLACES)[np.searchsorted(EDGES, theta) - 1]


def _density_of_codes(theta, y):
    place = PLACES[y[:, 0].astype(int)]
    inside = norm.cdf(EDGES[place + 1]) - norm.cdf(EDGES[place])
    return norm.logpdf(theta[:, 0]) - np.log(inside)


ONE_PARAMETER = {
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
    "half-Cauchy prior": of_one_parameter(
        stats.halfcauchy(),
        np.exp(np.linspace(-16, 16, 8001)),
        lambda theta, rng: theta + 0.1 * rng.normal(size=theta.shape),
        lambda theta, y: norm.logpdf(y[0], theta, 0.1),
        (0.0, inf),
    ),
    "angle after several turns": turns(norm(), np.linspace(-6, 6, 4801), 4.0),
    "angle after more turns": turns(norm(), np.linspace(-6, 6, 4801), 6.0),
    "angle after many turns": turns(norm(), np.linspace(-6, 6, 9601), 15.0),
    "codes without order": Problem(
        lambda n, rng: (theta := rng.normal(size=(n, 1)), _draw_codes(theta, rng)),
        _density_of_codes,
    ),
}
