import keras
import numpy as np
import pytest

from bf_vae.trainers.averaged_weights import AveragedWeights

RATE = 4e-3


def layer_and_optimizer(**options):
    layer = keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")
    layer.build((None, 1))
    optimizer = keras.optimizers.SGD(1.0, **options)
    optimizer.build(layer.trainable_weights)
    return layer, optimizer


def test_averages_inside_and_weights_after():
    layer, optimizer = layer_and_optimizer(use_ema=True, ema_momentum=0.5)
    for _ in range(3):  # 1, 2, 3; the average starts at the first
        optimizer.apply([-np.ones((1, 1), "float32")], layer.trainable_weights)
    with AveragedWeights(optimizer, layer.trainable_weights).used():
        assert float(layer.kernel.numpy()[0, 0]) == pytest.approx(
            0.5 * (0.5 * 1 + 0.5 * 2) + 0.5 * 3
        )
    assert float(layer.kernel.numpy()[0, 0]) == 3


def test_weights_come_back_after_an_error():
    layer, optimizer = layer_and_optimizer(use_ema=True, ema_momentum=0.5)
    for _ in range(2):
        optimizer.apply([-np.ones((1, 1), "float32")], layer.trainable_weights)
    averages = AveragedWeights(optimizer, layer.trainable_weights)
    with pytest.raises(RuntimeError), averages.used():
        raise RuntimeError
    assert float(layer.kernel.numpy()[0, 0]) == 2


def test_optimizers_without_averages_change_nothing():
    layer, optimizer = layer_and_optimizer()
    optimizer.apply([-np.ones((1, 1), "float32")], layer.trainable_weights)
    with AveragedWeights(optimizer, layer.trainable_weights).used():
        assert float(layer.kernel.numpy()[0, 0]) == 1


def test_the_trainer_keeps_and_validates_averages(make_trainer, linear_gaussian):
    trainer, held_out = make_trainer(), linear_gaussian.sample(32)
    history = trainer.train_offline(
        linear_gaussian.sample(64), 3, 16, validation_sims=held_out, reuse_optimizer=True
    )
    weights = [weight.numpy() for weight in trainer.amortizer.trainable_weights]
    trainer.optimizer.finalize_variable_values(trainer.amortizer.trainable_weights)
    for weight, average in zip(weights, trainer.amortizer.trainable_weights, strict=True):
        np.testing.assert_array_equal(weight, average.numpy())
    kept = float(trainer.amortizer.compute_loss(held_out, seed=0))
    assert kept == pytest.approx(history["val_losses"]["Loss"].iloc[-1], rel=1e-4)


def test_a_short_training_is_as_good_as_without_averages(make_trainer, linear_gaussian):
    simulations, new = linear_gaussian.sample(512), linear_gaussian.sample(512)

    def loss(optimizer):
        trainer = make_trainer(default_lr=RATE)
        trainer.train_offline(simulations, 10, 64, optimizer=optimizer)
        return float(trainer.amortizer.compute_loss(new, seed=0))

    schedule = keras.optimizers.schedules.CosineDecay(RATE, 80)
    plain = keras.optimizers.Adam(schedule, global_clipnorm=1.0)
    assert loss(None) < loss(plain) + 0.01
