"""Features that say nothing are found, and nothing that says anything is lost with them."""

import keras
import numpy as np
import pytest

from bf_vae import CPVAEAmortizer, UPVAEAmortizer
from bf_vae.networks.feature_screen import FEWEST_SIMULATIONS, informative_features
from bf_vae.simulators import get_simulator

N = 5000


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_distractors_are_found():
    simulator = get_simulator("slcp_distractors")
    simulations = simulator.sample(9000, seed=3)
    kept = informative_features(simulations["parameters"], simulations["observables"])
    # The eight features of SLCP keep their place among the distractors.
    # Their means are theta_1 and theta_2; the distractors have the same mean for any theta.
    theta = np.tile([[2.0, -2.0, 0.0, 0.0, 0.0]], (400, 1))
    there = simulator.observation_model(theta, seed=1).mean(axis=0)
    opposite = simulator.observation_model(-theta, seed=1).mean(axis=0)
    np.testing.assert_array_equal(kept, np.abs(there - opposite) > 3)
    assert kept.sum() == 8


@pytest.mark.parametrize("task", ["bernoulli_glm_raw", "slcp", "gaussian_linear", "two_moons"])
def test_informative_data_are_kept(task):
    simulations = get_simulator(task).sample(9000, seed=3)
    assert informative_features(simulations["parameters"], simulations["observables"]).all()


def test_what_is_informative_only_with_the_rest_is_kept(rng):
    # The noise level and the sign of the effect are chosen by the scientist, not by theta.
    theta = rng.normal(size=(N, 1))
    noise_level, sign = rng.uniform(0.1, 3, (N, 1)), rng.choice([-1.0, 1.0], (N, 1))
    y = sign * theta + noise_level * rng.normal(size=(N, 1))
    data = np.hstack([y, noise_level, sign, rng.normal(size=(N, 2))])
    np.testing.assert_array_equal(informative_features(theta, data), [1, 1, 1, 0, 0])


def test_shared_noise_is_kept(rng):
    theta, noise = rng.normal(size=(2, N, 1))
    data = np.hstack([theta + noise, noise, rng.normal(size=(N, 1))])
    np.testing.assert_array_equal(informative_features(list(theta), list(data)), [1, 1, 0])


def test_a_correlation_as_parameter_is_found(rng):
    theta = rng.uniform(-0.9, 0.9, (N, 1))
    a, b = rng.normal(size=(2, N, 1))
    data = np.hstack([a, theta * a + np.sqrt(1 - theta**2) * b, rng.normal(size=(N, 1))])
    np.testing.assert_array_equal(informative_features(theta, data), [1, 1, 0])


def test_many_weak_features_are_kept_together(rng):
    theta = rng.normal(size=(N, 1))
    weak = 0.03 * theta + rng.normal(size=(N, 100))
    strong = theta + rng.normal(size=(N, 1))
    assert informative_features(theta, np.hstack([weak, strong])).all()


def test_nothing_informative_or_too_few_simulations_leave_all(rng):
    theta, y = rng.normal(size=(N, 2)), rng.normal(size=(N, 3))
    assert informative_features(theta, y).all()
    y[:, :2] = theta
    assert not informative_features(theta, y).all()
    few = FEWEST_SIMULATIONS - 1
    assert informative_features(theta[:few], y[:few]).all()


def test_many_simulations_and_features_take_no_longer(rng):
    # In the order of theta, as on a grid: the first ones alone would tell nothing.
    theta = np.repeat([[0.0], [1.0]], 100_000, axis=0)
    y = np.hstack([theta + rng.normal(size=theta.shape), rng.normal(size=theta.shape)])
    np.testing.assert_array_equal(informative_features(theta, y), [1, 0])
    # Too many features to look at each two.
    assert informative_features(theta[:5000], np.tile(y[:5000], 1000)).all()


def test_a_constant_feature_is_left_out_and_does_no_harm(rng):
    theta = rng.normal(size=(N, 1))
    data = np.hstack([theta, theta**2, np.ones((N, 1))])
    np.testing.assert_array_equal(informative_features(theta, data), [1, 1, 0])


@pytest.fixture
def simulations(rng):
    theta = rng.normal(size=(N, 2)).astype("float32")
    noise = rng.normal(size=(N, 3)).astype("float32")
    return {"parameters": theta, "observables": np.hstack([theta + noise[:, :2], noise[:, 2:]])}


def test_a_feature_left_out_changes_no_posterior(simulations, tmp_path):
    amortizer = CPVAEAmortizer(widths=(8,), num_members=1, seed=0)
    amortizer.adapt(simulations)
    y = simulations["observables"][:1]
    other = y + np.array([0, 0, 5], "float32")
    draws = amortizer.sample({"observables": y}, 10, seed=1)
    np.testing.assert_array_equal(amortizer.sample({"observables": other}, 10, seed=1), draws)
    amortizer.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded.sample({"observables": other}, 10, seed=1), draws)


@pytest.mark.parametrize(
    "make",
    [
        lambda: CPVAEAmortizer(screen_features=False),
        lambda: CPVAEAmortizer(preset="paper"),
        lambda: UPVAEAmortizer(data_weight=0.1),
    ],
    ids=["off", "paper", "data decoder"],
)
def test_all_features_stay(make, simulations):
    amortizer = make()
    amortizer.adapt(simulations)
    assert amortizer.network.y_transform.kept.numpy().all()


def test_direct_conditions_stay(simulations):
    y = simulations.pop("observables")
    amortizer = CPVAEAmortizer()
    amortizer.adapt(simulations | {"summary_conditions": y, "direct_conditions": y[:, 2:]})
    np.testing.assert_array_equal(amortizer.network.y_transform.kept, [1, 1, 0, 1])
