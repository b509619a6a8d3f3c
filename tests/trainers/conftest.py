"""Small trainers, and simulators that can and cannot be seeded."""

import keras
import numpy as np
import pytest

from bf_vae import CPVAEAmortizer, Trainer
from bf_vae.trainers.checkpointer import Checkpointer

SMALL = {"widths": (16,), "prior": "mixture", "kl_warmup": 5}


@pytest.fixture
def make_trainer():
    def make(model=None, amortizer=None, init=1, **kwargs):
        keras.utils.set_random_seed(init)
        amortizer = amortizer or CPVAEAmortizer(seed=init, **SMALL)
        # Without XLA: compiling takes longer than these few steps.
        options = {"jit_compile": False, "progress_bar": False, "seed": 3, **kwargs}
        return Trainer(amortizer, generative_model=model, **options)

    return make


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
