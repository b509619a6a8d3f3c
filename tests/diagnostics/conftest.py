"""Posteriors that are exact, and that are wrong on purpose."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

NUM_DATASETS, NUM_DRAWS = 400, 150
# Standard deviations are multiplied by the first, means moved by the second (in deviations).
POSTERIORS = {
    "exact": (1.0, 0.0),
    "too narrow": (0.6, 0.0),
    "too wide": (1.7, 0.0),
    "too low": (1.0, -0.5),
    "too high": (1.0, 0.5),
}


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


class Posteriors:
    """Draws of the linear-Gaussian model's posteriors, in closed form, for as many data sets."""

    def __init__(self, model):
        simulations = model.sample(NUM_DATASETS)
        self.truths = simulations["parameters"].astype("float64")
        moments = [model.posterior(y) for y in simulations["observables"]]
        self.means = np.stack([mean for mean, _ in moments])
        self.covariance = moments[0][1]
        self.factor = np.linalg.cholesky(self.covariance)

    def draw(self, kind):
        """Shape (datasets, draws, 2)."""
        scale, shift = POSTERIORS[kind]
        noise = np.random.default_rng(3).normal(size=(NUM_DATASETS, NUM_DRAWS, 2))
        means = self.means + shift * np.sqrt(np.diag(self.covariance))
        return means[:, np.newaxis] + scale * noise @ self.factor.T

    def log_prob(self, theta, kind):
        """Log density of ``kind`` at theta (datasets, ..., 2), up to a constant."""
        scale, _ = POSTERIORS[kind]
        means = self.means.reshape(NUM_DATASETS, *[1] * (theta.ndim - 2), 2)
        z = np.linalg.solve(scale * self.factor, (theta - means)[..., np.newaxis])
        return -0.5 * np.sum(z**2, axis=(-2, -1))


@pytest.fixture
def posteriors(linear_gaussian):
    return Posteriors(linear_gaussian)
