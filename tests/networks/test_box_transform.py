"""Priors that lie at an edge of their box."""

import numpy as np
import pytest
import tensorflow as tf

from bf_vae import CPVAEAmortizer, Trainer
from bf_vae.networks.box_transform import HALF_WIDTH, BoxTransform
from bf_vae.networks.parameter_transform import ParameterTransform

LOWER, UPPER = 1e-6, 1e6


def log_uniform(n):
    return 10 ** np.random.default_rng(0).uniform(-6, 6, (n, 1))


def adapted(theta):
    transform = ParameterTransform((LOWER, UPPER))
    transform.build((None, 1))
    transform.adapt(theta)
    return transform


def adapted_box(f):
    transform = BoxTransform()
    transform.build(1)
    transform.adapt(f[:, np.newaxis], np.full((2, 1), 1e-6), np.array([True]))
    return transform


@pytest.mark.parametrize("mirrored", [False, True])
def test_orders_of_magnitude_fill_the_box(mirrored):
    # From above, single precision resolves six orders of magnitude.
    theta = UPPER + LOWER - np.maximum(log_uniform(3000), 10.0) if mirrored else log_uniform(3000)
    transform = adapted(theta)
    theta = tf.constant(theta, "float32")
    with tf.GradientTape() as tape:
        tape.watch(theta)
        u, log_det = transform(theta)
    assert u.numpy().std() > 0.3
    assert np.abs(u).max() <= HALF_WIDTH
    slopes = np.log(tape.gradient(u, theta).numpy()[:, 0])
    np.testing.assert_allclose(log_det, slopes, atol=1e-3)
    np.testing.assert_allclose(transform.inverse(u), theta, rtol=1e-2 if mirrored else 1e-3)
    ends = transform.inverse(tf.constant([[-HALF_WIDTH], [HALF_WIDTH]]))
    np.testing.assert_allclose(ends, [[LOWER], [UPPER]], rtol=1e-3)


@pytest.mark.parametrize("name", ["uniform", "in the middle", "constant"])
def test_other_priors_stay_as_they_are(name):
    rng = np.random.default_rng(0)
    f = {
        "uniform": rng.uniform(size=3000),
        "in the middle": rng.beta(20, 20, 3000),
        "constant": np.full(3000, 0.1),
    }[name]
    transform = adapted_box(f)
    assert not transform.offsets.numpy().any()
    u, log_slope = transform(tf.constant(f[:, np.newaxis], "float32"))
    np.testing.assert_allclose(u[:, 0], HALF_WIDTH * (2 * f - 1), atol=1e-6)
    np.testing.assert_allclose(log_slope, np.log(2 * HALF_WIDTH), rtol=1e-6)


def test_what_lies_exactly_at_a_bound_sets_no_offset():
    f = np.clip(0.2 * np.random.default_rng(0).normal(size=3000), 0, 1)
    assert (f == 0).mean() > 0.4
    near = np.quantile(f[f > 0], 0.01)
    offsets = adapted_box(f).offsets[:, 0]
    np.testing.assert_allclose(offsets, [near, 1 - np.quantile(f[f > 0], 0.99)], rtol=1e-3)


def test_posterior_of_a_parameter_over_orders_of_magnitude():
    # Without the bend, the lower half of the box is one point for the network.
    theta = log_uniform(2000)
    noise = 0.3 * np.random.default_rng(1).normal(size=theta.shape)
    simulations = {"parameters": theta, "observables": np.log10(theta) + noise}
    amortizer = CPVAEAmortizer(support=(LOWER, UPPER), seed=0, num_members=1, prior="gaussian")
    trainer = Trainer(amortizer, default_lr=4e-3, seed=0, progress_bar=False)
    trainer.train_offline(simulations, epochs=20, batch_size=100)
    draws = amortizer.sample({"observables": np.array([[-3.0], [0.0], [3.0]])}, 500)
    np.testing.assert_allclose(np.log10(draws).mean(axis=1)[:, 0], [-3, 0, 3], atol=0.2)
    np.testing.assert_allclose(np.log10(draws).std(axis=1)[:, 0], 0.3, atol=0.1)
