"""Small problems of time series whose posteriors are known."""

import numpy as np
from problem import Problem, on_grid
from scipy import stats


def sinusoid(highest, size=20, noise=0.3) -> Problem:
    """Frequency and phase of a sine seen at irregular times in [0, 1]."""
    times = np.sort(np.random.default_rng(3).uniform(size=size))
    lower, upper = np.array([1.0, 0.0]), np.array([highest, 2 * np.pi])
    grids = [np.linspace(a, b, n) for a, b, n in zip(lower, upper, [601, 101], strict=True)]

    def sine(theta):
        return np.sin(theta[:, :1] * times + theta[:, 1:])

    def simulate(n, rng):
        theta = rng.uniform(lower, upper, (n, 2))
        return theta, sine(theta) + noise * rng.normal(size=(n, size))

    return on_grid(
        simulate,
        lambda theta: np.full(len(theta), -np.log(upper - lower).sum()),
        # Up to what does not depend on theta.
        lambda theta, y: (sine(theta) @ y - 0.5 * (sine(theta) ** 2).sum(axis=1)) / noise**2,
        grids,
        (lower, upper),
    )


def autoregression(size, by_statistics=False) -> Problem:
    """Coefficient and noise of a series that each of its numbers leads to the next.

    ``by_statistics``, the data are three sums of the series, which say all that it says.
    """

    def simulate(n, rng):
        theta = np.stack([rng.uniform(-1, 1, n), np.exp(rng.normal(size=n))], axis=1)
        y = theta[:, 1:] * rng.normal(size=(n, size))
        for i in range(1, size):
            y[:, i] += theta[:, 0] * y[:, i - 1]
        return theta, statistics(y) if by_statistics else y

    def statistics(y):
        now, before = np.square(y).sum(axis=-1), np.square(y[..., :-1]).sum(axis=-1)
        both = np.sum(y[..., 1:] * y[..., :-1], axis=-1)
        return np.stack([np.log(before), both / before, np.log(now / before)], axis=-1)

    def log_likelihood(theta, y):
        (coefficient, noise), (before, both, now) = theta.T, y if by_statistics else statistics(y)
        # Up to what does not depend on theta.
        squares = np.exp(before) * (np.exp(now) - 2 * coefficient * both + coefficient**2)
        return -size * np.log(noise) - squares / (2 * noise**2)

    return on_grid(
        simulate,
        lambda theta: stats.lognorm.logpdf(theta[:, 1], 1) - np.log(2),
        log_likelihood,
        [np.linspace(-1, 1, 301), np.exp(np.linspace(-5, 5, 501))],
        ([-1.0, 0.0], [1.0, np.inf]),
    )


TIME_SERIES = {
    "frequency and phase": sinusoid(20.0),
    "autoregression over 100 steps": autoregression(100),
    "the same by three statistics": autoregression(100, by_statistics=True),
}
