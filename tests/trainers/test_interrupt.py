"""Ctrl-C ends training, and loses nothing."""

import os
import signal

import keras
import numpy as np
import pytest

from bf_vae.trainers.compiled_epoch import CompiledEpoch
from bf_vae.trainers.delayed_interrupt import delayed_interrupt

pytestmark = pytest.mark.usefixtures("uncompiled")


@pytest.fixture
def press_ctrl_c(monkeypatch):
    """Press Ctrl-C while an epoch (the first is 1) is computed."""
    train = CompiledEpoch.train
    # Whoever runs the tests in the background ignores Ctrl-C, and they would inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def in_epoch(number):
        calls = []

        def interrupted(self, *arguments):
            calls.append(1)
            if len(calls) == number:
                os.kill(os.getpid(), signal.SIGINT)
            return train(self, *arguments)

        monkeypatch.setattr(CompiledEpoch, "train", interrupted)

    yield in_epoch
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("handler", [signal.SIG_DFL, signal.SIG_IGN])
def test_handlers_that_are_no_functions_come_back(handler, monkeypatch):
    raised = []
    before = signal.signal(signal.SIGINT, handler)
    monkeypatch.setattr(signal, "raise_signal", raised.append)
    try:
        with delayed_interrupt():
            os.kill(os.getpid(), signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) == handler
    finally:
        signal.signal(signal.SIGINT, before)
    assert raised == [signal.SIGINT]


def test_best_weights_and_history_are_kept(make_plain_trainer, linear_gaussian, press_ctrl_c):
    press_ctrl_c(40)
    validation, trainer = linear_gaussian.sample(64), make_plain_trainer()
    with pytest.warns(UserWarning, match="after 40 of 50 epochs; the best weights so far are kept"):
        history = trainer.train_offline(
            linear_gaussian.sample(32), 50, 16, validation_sims=validation,
            # So large, with so few simulations, that the last epoch is not the best.
            optimizer=keras.optimizers.Adam(0.5),
        )  # fmt: skip
    losses = history["val_losses"]["Loss"]
    assert len(losses) == 40
    assert len(history["train_losses"]) == 80
    assert losses.idxmin() < 39
    kept = float(trainer.amortizer.compute_loss(validation, seed=0))
    assert kept == pytest.approx(losses.min(), rel=1e-4)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_without_validation_the_averages_are_kept(
    make_plain_trainer, linear_gaussian, press_ctrl_c, tmp_path
):
    press_ctrl_c(3)
    trainer = make_plain_trainer(checkpoint_path=tmp_path, default_lr=0.05)
    with pytest.warns(UserWarning, match="after 3 of 10 epochs; the averages of the weights are"):
        trainer.train_offline(linear_gaussian.sample(64), 10, 16, reuse_optimizer=True)
    kept = trainer.amortizer.get_weights()
    trainer.optimizer.finalize_variable_values(trainer.amortizer.trainable_weights)
    loaded = make_plain_trainer(init=9, checkpoint_path=tmp_path)
    for weight, average, again in zip(
        kept, trainer.amortizer.get_weights(), loaded.amortizer.get_weights(), strict=True
    ):
        np.testing.assert_array_equal(weight, average)
        np.testing.assert_array_equal(weight, again)


def test_without_averages_the_last_weights_are_kept(
    make_plain_trainer, linear_gaussian, press_ctrl_c
):
    press_ctrl_c(1)
    with pytest.warns(UserWarning, match="after 1 of 10 epochs; the last weights are kept"):
        make_plain_trainer().train_offline(linear_gaussian.sample(64), 10, 16, optimizer="adam")


@pytest.mark.parametrize("share", [0.25, None])
def test_the_same_call_goes_on(share, make_plain_trainer, linear_gaussian, press_ctrl_c, tmp_path):
    simulations = linear_gaussian.sample(64)
    whole = make_plain_trainer()
    whole.train_offline(simulations, 4, 16, validation_sims=share)
    press_ctrl_c(2)
    cut = make_plain_trainer(checkpoint_path=tmp_path, checkpoint_interval=1e6)
    with pytest.warns(UserWarning, match="interrupted after 2 of 4 epochs"):
        cut.train_offline(simulations, 4, 16, validation_sims=share)
    cut = make_plain_trainer(init=9, checkpoint_path=tmp_path)
    cut.train_offline(simulations, 4, 16, validation_sims=share)
    losses = cut.loss_history.to_arrays()
    assert len(losses["train/loss"]) == (12 if share else 16)
    assert len(losses.get("validation/loss", [])) == (4 if share else 0)
    for a, b in zip(whole.amortizer.get_weights(), cut.amortizer.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def test_a_checkpoint_of_an_interrupted_run_loads_the_best_weights(
    make_trainer, linear_gaussian, press_ctrl_c, tmp_path
):
    press_ctrl_c(2)
    trainer = make_trainer(checkpoint_path=tmp_path)
    with pytest.warns(UserWarning, match="interrupted"):
        trainer.train_offline(
            linear_gaussian.sample(64), 50, 16, validation_sims=0.25,
            optimizer=keras.optimizers.Adam(0.3),
        )  # fmt: skip
    loaded = make_trainer(init=9, checkpoint_path=tmp_path)
    for a, b in zip(trainer.amortizer.get_weights(), loaded.amortizer.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_while_simulating_it_ends_all_rounds(make_plain_trainer, linear_gaussian):
    sizes = []

    def model(size):
        sizes.append(size)
        if len(sizes) == 2:
            raise KeyboardInterrupt
        return linear_gaussian.sample(size)

    trainer = make_plain_trainer(model, skip_checks=True)
    with pytest.warns(UserWarning, match="interrupted after 2 of 6 epochs"):
        history = trainer.train_rounds(3, 32, 2, 16)
    assert len(history) == 4
    assert sizes == [32, 32]


def test_before_the_first_epoch(make_plain_trainer):
    def model(size):
        raise KeyboardInterrupt

    trainer = make_plain_trainer(model, skip_checks=True)
    with pytest.warns(UserWarning, match="after 0 of 2 epochs; the weights of before are kept"):
        assert len(trainer.train_online(2, 2, 8)) == 0
