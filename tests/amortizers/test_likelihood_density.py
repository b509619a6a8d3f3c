"""Where a learned likelihood has no density, and where it goes on beyond the data seen."""

import numpy as np
import pytest

from bf_vae import CPVAELikelihoodAmortizer

SMALL = {"widths": (32,), "num_members": 1, "seed": 1}


@pytest.mark.parametrize(("scale", "impossible"), [(np.exp, 0.0), (np.square, -0.1)])
def test_data_that_cannot_be_have_no_density(scale, impossible):
    rng = np.random.default_rng(0)
    theta = rng.normal(size=(400, 1))
    # Their logarithm or root is taken.
    y = scale(1.5 + 0.3 * theta + 0.7 * rng.normal(size=(400, 1)))
    likelihood = CPVAELikelihoodAmortizer(**SMALL)
    likelihood.adapt({"parameters": theta, "observables": y})
    pairs = {"parameters": np.zeros((2, 1)), "observables": [[impossible], [y.mean()]]}
    nothing, something = likelihood.log_likelihood(pairs, seed=1)
    assert nothing == -np.inf
    assert np.isfinite(something)


def test_density_below_the_data_seen_is_that_of_the_draws():
    rng = np.random.default_rng(0)
    theta = rng.uniform(-5, 5, (2000, 1))
    y = np.exp(theta + 0.3 * rng.normal(size=theta.shape))  # its logarithm is taken
    likelihood = CPVAELikelihoodAmortizer(**SMALL)
    likelihood.adapt({"parameters": theta, "observables": y})
    grid = np.exp(np.linspace(np.log(y.min()) - 10, 3, 4000))
    pairs = {"parameters": [[-5.0]], "observables": grid[:, np.newaxis]}
    density = np.exp(likelihood.log_likelihood(pairs, seed=1))
    assert np.trapezoid(density, grid) == pytest.approx(1, abs=0.01)
    below = grid < y.min()
    draws = likelihood.sample({"parameters": [[-5.0]]}, 20_000, seed=1)
    share = np.mean(draws < y.min())
    assert share > 0.02
    assert np.trapezoid(density[below], grid[below]) == pytest.approx(share, abs=0.01)
