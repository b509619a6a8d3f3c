"""Fixtures: small widths and a linear-Gaussian model whose posterior is known."""

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("Agg")

import bf_vae  # noqa: F401


@pytest.fixture(autouse=True)
def same_weights_each_time():
    """Start every test from the same random state: initial weights do not decide what passes."""
    import keras  # after bf_vae, which chooses TensorFlow's own Keras

    keras.utils.set_random_seed(1)


@pytest.fixture
def uncompiled():
    """Compilation is the same for every task, and all that takes time on a tiny budget."""
    import tensorflow as tf  # after bf_vae, as above

    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


@pytest.fixture
def short_likelihood(monkeypatch):
    """A learned likelihood is trained for one epoch: for tests that do not ask how good it is."""
    from bf_vae.trainers import share_search

    monkeypatch.setattr(share_search, "LIKELIHOOD_EPOCHS", 1)


class LinearGaussian:
    """theta ~ N(0, I) in 2-D, y = A theta + 0.5 noise in 3-D: posterior and evidence are known."""

    A = np.array([[1.0, 0.5], [0.0, 1.0], [-0.7, 0.3]])
    noise = 0.5

    def __init__(self, seed=0):
        self.rng = np.random.default_rng(seed)

    def sample(self, size, **kwargs):
        theta = self.rng.standard_normal((size, 2))
        y = theta @ self.A.T + self.noise * self.rng.standard_normal((size, 3))
        return {"parameters": theta.astype("float32"), "observables": y.astype("float32")}

    def posterior(self, y):
        covariance = np.linalg.inv(np.eye(2) + self.A.T @ self.A / self.noise**2)
        return covariance @ self.A.T @ y / self.noise**2, covariance


@pytest.fixture
def simulations_with_contexts():
    """Four simulations as a GenerativeModel of BayesFlow 1.x gives them, with all its contexts."""
    return {
        "prior_draws": np.zeros((4, 2)),
        "sim_data": np.ones((4, 3)),
        "prior_batchable_context": np.full((4, 1), 2.0),
        "sim_batchable_context": [[3.0, 4.0]] * 4,
        "prior_non_batchable_context": np.full((4, 1), 5.0),
        "sim_non_batchable_context": np.full((4, 1), 6.0),
    }


@pytest.fixture(scope="session")
def make_linear_gaussian():
    return LinearGaussian


@pytest.fixture
def linear_gaussian(make_linear_gaussian):
    return make_linear_gaussian()
