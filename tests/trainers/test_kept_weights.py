"""Which weights remain: after an error, between rounds, and when the learning rate is used up."""

import warnings

import keras
import numpy as np
import pytest

from bf_vae.trainers.training_run import TrainingRun
from bf_vae.trainers.weight_copy import WeightCopy

pytestmark = pytest.mark.usefixtures("uncompiled")


def test_a_copy_goes_back_to_what_was_taken_last():
    weights = [keras.Variable([1.0, 2.0]), keras.Variable(3.0)]
    copy = WeightCopy(weights)
    weights[0].assign([5.0, 6.0])
    copy.take()
    for weight in weights:
        weight.assign(weight * 0.0)
    copy.restore()
    np.testing.assert_array_equal(weights[0].numpy(), [5.0, 6.0])
    assert float(weights[1].numpy()) == 3.0


def test_a_loss_that_is_not_finite_leaves_the_weights_of_before(make_trainer, linear_gaussian):
    simulations, trainer = linear_gaussian.sample(64), make_trainer()
    trainer.amortizer.adapt(simulations)
    before = trainer.amortizer.get_weights()
    with pytest.raises(FloatingPointError, match="weights of before are kept"):
        trainer.train_offline(
            simulations, 20, 16, optimizer=keras.optimizers.SGD(1e30), reuse_optimizer=True
        )
    for weight, start in zip(trainer.amortizer.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weight, start)
    # As the message says, a lower rate helps; the optimizer without numbers is gone.
    assert trainer.optimizer is None
    assert np.isfinite(trainer.train_offline(simulations, 1, 16)["Loss"]).all()


def test_a_last_step_that_goes_wrong_is_told(make_plain_trainer, linear_gaussian):
    simulations, trainer = linear_gaussian.sample(64), make_plain_trainer()
    before = trainer.amortizer.get_weights()
    with pytest.raises(FloatingPointError, match="no longer finite; the weights of before"):
        trainer.train_offline(simulations, 1, 64, optimizer=keras.optimizers.SGD(3e38))
    for weight, start in zip(trainer.amortizer.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weight, start)


def test_a_loss_that_is_not_finite_leaves_the_best_weights(make_plain_trainer, linear_gaussian):
    simulations, held_out = linear_gaussian.sample(64), linear_gaussian.sample(64)
    schedule = keras.optimizers.schedules.PiecewiseConstantDecay([12], [0.01, 1e30])
    trainer = make_plain_trainer()
    with pytest.raises(FloatingPointError, match="best weights so far are kept"):
        trainer.train_offline(
            simulations, 20, 16, optimizer=keras.optimizers.SGD(schedule), validation_sims=held_out
        )
    losses = trainer.loss_history.get_plottable()["val_losses"]["Loss"]
    assert len(losses) >= 3
    kept = float(trainer.amortizer.compute_loss(held_out, seed=0))
    assert kept == pytest.approx(losses.min(), rel=1e-4)


def test_a_round_begins_with_averages_of_the_weights_kept(
    make_plain_trainer, seeded_model, linear_gaussian, monkeypatch
):
    train_epoch, gaps = TrainingRun._train_epoch, []

    def noted(self, *arguments):
        if (self.round, self.epoch) == (1, 0):
            raw = [w.numpy() for w in self.amortizer.trainable_weights]
            with self._averages.used():
                averages = [w.numpy() for w in self.amortizer.trainable_weights]
            gaps.append(max(np.abs(a - b).max() for a, b in zip(raw, averages, strict=True)))
        train_epoch(self, *arguments)

    monkeypatch.setattr(TrainingRun, "_train_epoch", noted)
    # Without a schedule a round ends two epochs after its best.
    optimizer = keras.optimizers.Adam(0.3, use_ema=True, ema_momentum=0.9)
    history = make_plain_trainer(seeded_model).train_rounds(
        2, 32, 20, 16, validation_sims=linear_gaussian.sample(50), early_stopping=True,
        optimizer=optimizer, early_stopping_args={"patience": 2},
    )  # fmt: skip
    assert len(history["val_losses"]) < 40
    assert gaps == [0.0]


def test_an_optimizer_whose_rate_is_used_up_is_told(make_plain_trainer, linear_gaussian):
    simulations, trainer = linear_gaussian.sample(64), make_plain_trainer()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trainer.train_offline(simulations, 2, 16, reuse_optimizer=True)
    with pytest.warns(UserWarning, match="schedule ends, with a rate of 0, before half of this"):
        trainer.train_offline(simulations, 2, 16)
    # Also one of one's own, that a first call has used up.
    schedule = keras.optimizers.schedules.CosineDecay(1e-3, 4)
    ended = keras.optimizers.Adam(schedule)
    trainer.train_offline(simulations, 2, 16, optimizer=ended)
    with pytest.warns(UserWarning, match="schedule ends, with a rate of 0, before half of this"):
        trainer.train_offline(simulations, 2, 16, optimizer=ended)
    constant = keras.optimizers.Adam(1e-3)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(2):
            trainer.train_offline(simulations, 2, 16, optimizer=constant, reuse_optimizer=True)
