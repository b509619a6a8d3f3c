"""What a training step makes of losses and optimizers."""

import keras
import numpy as np
import pytest

from tests.trainers.conftest import Regression

pytestmark = pytest.mark.usefixtures("uncompiled")


class Ridge(Regression):
    """With a loss of two parts."""

    def compute_loss(self, inputs, training=False):
        error = super().compute_loss(inputs)
        return {"loss": error, "penalty": 1000 * keras.ops.mean(self.layer.kernel**2)}


def trained(make_trainer, simulations, amortizer, optimizer=None):
    trainer = make_trainer(amortizer=amortizer, default_lr=0.05)
    history = trainer.train_offline(simulations, 20, 16, optimizer=optimizer)
    return amortizer.layer.kernel.numpy(), history


def test_a_loss_of_parts_is_their_sum_whatever_their_names(make_trainer, linear_gaussian):
    _, history = trained(make_trainer, linear_gaussian.sample(64), Ridge(kernel_initializer="ones"))
    assert history["Loss"][0] > history["penalty"][0] == 1000
    # It is the sum that is trained on.
    assert history["penalty"].iloc[-1] < 200


def test_a_scaled_loss_makes_the_same_steps(make_trainer, linear_gaussian):
    simulations = linear_gaussian.sample(64)
    kernels = [
        trained(make_trainer, simulations, Regression(kernel_initializer="ones"), optimizer)[0]
        for optimizer in (
            keras.optimizers.SGD(0.1),
            keras.optimizers.SGD(0.1, loss_scale_factor=1024.0),
            keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.1), initial_scale=1024.0),
        )
    ]
    assert np.abs(kernels[0] - 1).max() > 0.5
    for kernel in kernels[1:]:
        np.testing.assert_allclose(kernel, kernels[0], rtol=1e-5)


def test_early_stopping_skips_steps_of_accumulated_gradients(make_plain_trainer, linear_gaussian):
    schedule = keras.optimizers.schedules.CosineDecay(1e-3, 20)
    optimizer = keras.optimizers.Adam(schedule, gradient_accumulation_steps=2)
    make_plain_trainer().train_offline(
        linear_gaussian.sample(64), 10, 16, optimizer=optimizer, early_stopping=True,
        validation_sims=linear_gaussian.sample(32),
        early_stopping_args={"patience": 1, "tolerance": 100.0},
    )  # fmt: skip
    # Of ten epochs, each four steps, it skipped to the eighth, and stopped after that.
    assert int(optimizer.iterations) in (18, 20)
