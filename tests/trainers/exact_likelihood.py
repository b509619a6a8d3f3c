"""The true likelihood in place of a learned one, and trainings with it that can be compared."""

import keras
import numpy as np
import tensorflow as tf

from bf_vae import CPVAEAmortizer, Trainer
from tests.conftest import LinearGaussian


class ExactLikelihood:
    """The simulator of `LinearGaussian` in place of a learned one; ``sign=-1`` makes it false."""

    is_adapted = True

    def __init__(self, model, sign=1):
        self.model, self.sign = model, sign

    def sample(self, inputs, n_samples, to_numpy=True, seed=None):
        theta = np.asarray(inputs["parameters"])
        noise = np.random.default_rng(seed).standard_normal((len(theta), n_samples, 3))
        y = self.sign * (theta @ self.model.A.T)[:, np.newaxis] + self.model.noise * noise
        return tf.constant(y, tf.float32)


def train(likelihood, epochs=40, **options):
    """Always from the same weights and on the same simulations."""
    keras.utils.set_random_seed(1)
    model = LinearGaussian()
    # A flexible network that starts far from a linear-Gaussian posterior, of few operations.
    amortizer = CPVAEAmortizer(
        widths=(64, 64), linear_skip=False, linear_residual=False, num_members=1, seed=1,
        prior="gaussian", decoder="diagonal",
    )  # fmt: skip
    trainer = Trainer(amortizer, default_lr=1e-2, seed=1, jit_compile=False, progress_bar=False)
    options = {"validation_sims": model.sample(1000), **options}
    return amortizer, trainer.train_with_likelihood(
        model.sample(150), epochs, 50, likelihood, **options
    )
