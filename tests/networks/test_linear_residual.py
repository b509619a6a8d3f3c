"""Encoder and decoder in the unit that a linear regression of the parameters leaves."""

import numpy as np
import pytest
import tensorflow as tf

from bf_vae import CPVAEAmortizer, CPVAELikelihoodAmortizer, Trainer, UPVAEAmortizer
from bf_vae.networks.linear_residual import SMALLEST_UNIT, LinearResidual

NOISE = 1e-3


def narrow(size, seed=0):
    """Two parameters on [-1, 1], the second seen through the noise of a thousandth."""
    rng = np.random.default_rng(seed)
    theta = rng.uniform(-1, 1, size=(size, 2)).astype("float32")
    y = theta[:, 1:] + NOISE * rng.normal(size=(size, 1)).astype("float32")
    return {"parameters": theta, "observables": y}


def train(amortizer, simulations, epochs):
    trainer = Trainer(amortizer, default_lr=4e-3, seed=0, jit_compile=False, progress_bar=False)
    trainer.train_offline(simulations, epochs, 100)


def test_is_the_parameters_until_it_is_fitted():
    residual = LinearResidual()
    residual.build(2, 3)
    u, y = tf.random.normal((5, 2)), tf.random.normal((5, 3))
    np.testing.assert_array_equal(residual(u, y), u)
    np.testing.assert_array_equal(residual.line(y), np.zeros((5, 2)))


def test_fit_is_the_ridge_regression():
    rng = np.random.default_rng(0)
    y = rng.normal(size=(1000, 3))
    # Features that repeat each other have no regression of least squares of their own.
    y = np.hstack([y, y[:, :1]])
    u = np.stack([y[:, 0] - 2 * y[:, 1] + 0.1 * rng.normal(size=1000), y[:, 2]], axis=1)
    residual = LinearResidual()
    residual.build(2, 4)
    residual.fit(u, y)
    np.testing.assert_allclose(residual.unit, [0.1, SMALLEST_UNIT], rtol=0.05)
    slopes = [[0.5, 0], [-2, 0], [0, 1], [0.5, 0]]
    np.testing.assert_allclose(residual.slopes, slopes, atol=0.01)
    u, y = u.astype("float32"), y.astype("float32")
    r = residual(u, y)
    np.testing.assert_allclose(np.std(r[:, 0]), 1, rtol=0.01)
    back = residual.line(y) + residual.unit * r
    np.testing.assert_allclose(back, u, atol=1e-5)


def test_small_differences_of_features_are_read_where_they_tell():
    rng = np.random.default_rng(0)
    u, shared = rng.normal(size=(2, 2000, 1))
    y = np.hstack([shared, shared + 1e-3 * (u + 0.1 * rng.normal(size=u.shape))])
    y = ((y - y.mean(axis=0)) / y.std(axis=0)).astype("float32")
    residual = LinearResidual()
    residual.build(1, 2)
    residual.fit(u, y)
    np.testing.assert_allclose(residual.unit, 0.1, rtol=0.1)
    np.testing.assert_allclose(np.std(residual(u.astype("float32"), y)), 1, rtol=0.05)
    # Where they tell next to nothing, no slope is large.
    y[:, 1] = y[:, 0] + 1e-3 * (0.1 * u[:, 0] + rng.normal(size=2000))
    residual.fit(u, y)
    assert np.abs(residual.slopes).max() < 10


def test_a_skewed_prior_in_a_box_has_residuals_around_zero():
    # Whose unit is far smaller than its distance from the middle of the box.
    rng = np.random.default_rng(0)
    theta = rng.beta(1, 20, size=(2000, 1)).astype("float32")
    y = theta + 0.002 * rng.normal(size=(2000, 1)).astype("float32")
    amortizer = CPVAEAmortizer(support=(0, 1), widths=(8,), num_members=1, seed=0)
    train(amortizer, {"parameters": theta, "observables": y}, 15)
    network = amortizer.network
    u, _ = network.theta_transform(theta)
    r = network.residual(u, network.y_transform(y))
    assert abs(np.mean(r)) < 0.01
    np.testing.assert_allclose(np.std(r), 1, rtol=0.05)
    draws = amortizer.sample({"observables": y[:300]}, 500, seed=0)
    assert np.sqrt(np.mean((draws[..., 0] - y[:300]) ** 2)) < 1.5 * 0.002


def test_few_simulations_of_many_features_give_the_unit_of_new_ones():
    def simulate(size):
        y, u = rng.normal(size=(size, 50)), rng.normal(size=(size, 2))
        u[:, 1] += 10 * y[:, 0]
        return u.astype("float32"), y.astype("float32")

    rng = np.random.default_rng(0)
    residual = LinearResidual()
    residual.build(2, 50)
    residual.fit(*simulate(60))
    # The first parameter is noise, which a line of 50 features all but fits in 60 simulations.
    np.testing.assert_allclose(np.std(residual(*simulate(2000)), axis=0), 1, rtol=0.4)
    assert 0.8 < residual.unit[0] < 1.2
    assert residual.unit[1] < 5


def test_a_larger_penalty_finds_what_many_features_say_together():
    rng = np.random.default_rng(0)
    y = rng.normal(size=(2060, 50)).astype("float32")
    u = (y.mean(axis=1, keepdims=True) * 10 + rng.normal(size=(2060, 1))).astype("float32")
    residual = LinearResidual()
    residual.build(1, 50)
    residual.fit(u[:60], y[:60])
    left = u[60:] - residual.line(y[60:])
    assert np.std(left) < 0.9 * np.std(u[60:])


@pytest.mark.parametrize("amortizer_class", [CPVAEAmortizer, UPVAEAmortizer])
@pytest.mark.parametrize("support", [(-1, 1), None], ids=["truncated", "full"])
def test_a_narrow_posterior_is_learned_at_once(amortizer_class, support):
    test = narrow(300, seed=1)
    spread = {}
    for linear_residual in (True, False):
        amortizer = amortizer_class(
            support=support, widths=(8,), num_members=1, linear_residual=linear_residual, seed=0
        )
        train(amortizer, narrow(2000), 10)
        draws = amortizer.sample({"observables": test["observables"]}, 500, seed=0)
        error = draws[..., 1] - test["observables"]
        spread[linear_residual] = np.sqrt(np.mean(error**2)) / NOISE
    assert spread[True] < 1.5
    assert spread[False] > 5


def test_a_narrow_likelihood_is_learned_at_once_by_default():
    test = narrow(300, seed=1)
    spread = []
    for options in ({}, {"linear_residual": False}):
        likelihood = CPVAELikelihoodAmortizer(widths=(8,), seed=0, **options)
        train(likelihood, narrow(2000), 10)
        draws = likelihood.sample({"parameters": test["parameters"]}, 500, seed=0)
        error = draws[..., 0] - test["parameters"][:, 1:]
        spread.append(np.sqrt(np.mean(error**2)) / NOISE)
    assert spread[0] < 1.5
    assert spread[1] > 5


def test_density_is_in_the_units_of_the_parameters():
    """A uniform first parameter, and a Gaussian second one."""
    amortizer = CPVAEAmortizer(support=(-1, 1), widths=(8,), num_members=1, seed=0)
    train(amortizer, narrow(4000), 20)
    exact = -np.log(2) - np.log(NOISE) - 0.5 * np.log(2 * np.pi) - 0.5
    log_prob = amortizer.log_prob(narrow(1000, seed=1)).mean()
    assert exact - 0.15 < log_prob < exact + 0.05


def test_a_decoder_that_does_not_see_the_data_gets_no_regression():
    amortizer = CPVAEAmortizer(decoder_sees_data=False, seed=0)
    amortizer.adapt(narrow(100))
    np.testing.assert_array_equal(amortizer.network.residual.slopes, np.zeros((1, 2)))
    np.testing.assert_array_equal(amortizer.network.residual.unit, [1, 1])
