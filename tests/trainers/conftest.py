"""Small trainers, and simulators that can and cannot be seeded."""

from functools import partial

import keras
import numpy as np
import pytest

from bf_vae import CPVAEAmortizer, Trainer
from bf_vae.trainers.checkpointer import Checkpointer

SMALL = {"widths": (16,), "prior": "mixture", "kl_warmup": 5}


class Regression(keras.Model):
    """Linear, with noise in the data it is trained on: the least that a Trainer takes."""

    def __init__(self, seed=0, kernel_initializer="glorot_uniform"):
        super().__init__()
        self.layer = keras.layers.Dense(2, kernel_initializer=kernel_initializer)
        self.layer.build((None, 3))
        self.noise = keras.random.SeedGenerator(seed)
        self.built = True

    def compute_loss(self, inputs, training=False, seed=None):
        y = inputs["observables"]
        if training:
            y = y + 0.1 * keras.random.normal(y.shape, seed=self.noise)
        return keras.ops.mean((self.layer(y) - inputs["parameters"]) ** 2)


def small_vae(seed):
    return CPVAEAmortizer(seed=seed, **SMALL)


@pytest.fixture
def make_trainer():
    def make(model=None, amortizer=None, init=1, make_amortizer=small_vae, **kwargs):
        keras.utils.set_random_seed(init)
        amortizer = amortizer or make_amortizer(seed=init)
        # Without XLA: compiling takes longer than these few steps.
        options = {"jit_compile": False, "progress_bar": False, "seed": 3, **kwargs}
        return Trainer(amortizer, generative_model=model, **options)

    return make


@pytest.fixture
def make_plain_trainer(make_trainer):
    """Of a `Regression`, where the test is not about networks: steps of a VAE take longer."""
    return partial(make_trainer, make_amortizer=Regression)


class CountingModel:
    """A simulator without a seed that counts what it simulates."""

    def __init__(self, linear_gaussian):
        self.linear_gaussian, self.sizes = linear_gaussian, []

    def __call__(self, size):
        self.sizes.append(size)
        return self.linear_gaussian.sample(size)


@pytest.fixture
def counting_model(linear_gaussian):
    return CountingModel(linear_gaussian)


@pytest.fixture
def seeded_model(linear_gaussian):
    def model(size, seed=None):
        linear_gaussian.rng = np.random.default_rng(seed)
        return linear_gaussian.sample(size)

    return model


class Killed(BaseException):
    """Stands for SIGKILL: nothing is written any more."""


@pytest.fixture
def kill_after(monkeypatch):
    """Train until the given number of checkpoints is written, and nothing after it."""
    save = Checkpointer.save

    def run(number, train):
        written = []

        def save_or_die(self, *arguments):
            if len(written) < number:
                save(self, *arguments)
                written.append(1)
            if len(written) == number:
                raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(Checkpointer, "save", save_or_die)
            with pytest.raises(Killed):
                train()

    return run
