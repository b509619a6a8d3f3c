"""Trainings with a learned likelihood that end early: what is trained already is kept."""

import warnings

import numpy as np
import pytest

from bf_vae import CPVAEAmortizer, CPVAELikelihoodAmortizer, Trainer
from bf_vae.trainers.regimes import Resimulation
from bf_vae.trainers.share_search import ShareSearch
from bf_vae.trainers.training_run import TrainingRun
from tests.trainers.exact_likelihood import ExactLikelihood, train


@pytest.mark.parametrize("epoch", [0, 2])
def test_ctrl_c_keeps_the_best_so_far(epoch, linear_gaussian, monkeypatch):
    train_epoch = TrainingRun._train_epoch

    def interrupted(self, *arguments):
        if self.epoch == epoch:
            raise KeyboardInterrupt
        train_epoch(self, *arguments)

    monkeypatch.setattr(TrainingRun, "_train_epoch", interrupted)
    likelihood = CPVAELikelihoodAmortizer(widths=(16,), seed=1)
    warned = pytest.warns(UserWarning, match=f"interrupted after {epoch} of 40")
    if epoch == 0:  # there is nothing to keep
        with warned, pytest.raises(KeyboardInterrupt):
            train(likelihood)
        return
    with warned:
        _, history = train(likelihood)
    assert history["shares"]["epochs"].tolist() == [2]
    assert not likelihood.is_adapted


def test_ctrl_c_in_the_likelihoods_training_ends_all(monkeypatch):
    train_epoch, epochs = TrainingRun._train_epoch, []

    def interrupted(self, *arguments):
        train_epoch(self, *arguments)
        epochs.append(type(self.amortizer).__name__)
        if len(epochs) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(TrainingRun, "_train_epoch", interrupted)
    likelihood = CPVAELikelihoodAmortizer(widths=(4,), seed=1)
    with pytest.warns(UserWarning, match="after 2 of 100"), pytest.raises(KeyboardInterrupt):
        train(likelihood, shares=[0.8])
    assert epochs == ["CPVAELikelihoodAmortizer"] * 2


@pytest.mark.usefixtures("uncompiled")
@pytest.mark.parametrize(
    ("where", "error"),
    [
        ((TrainingRun, "_train_epoch"), KeyboardInterrupt),
        ((TrainingRun, "_train_epoch"), FloatingPointError),
        ((ShareSearch, "_train"), KeyboardInterrupt),
    ],
)
def test_what_is_trained_before_new_data_is_kept(where, error, linear_gaussian, monkeypatch):
    method = getattr(*where)

    def fails(self, *arguments):
        if arguments == (0.8,) or isinstance(getattr(self, "regime", None), Resimulation):
            raise error
        return method(self, *arguments)

    monkeypatch.setattr(*where, fails)
    amortizer = CPVAEAmortizer(widths=(4,), seed=1)
    trainer = Trainer(amortizer, seed=1, jit_compile=False, progress_bar=False)
    sims, held_out = linear_gaussian.sample(40), linear_gaussian.sample(20)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        history = trainer.train_with_likelihood(
            sims, 2, 10, ExactLikelihood(linear_gaussian), validation_sims=held_out,
            least_overfitting=-100.0,
        )  # fmt: skip
    assert any("Training was interrupted" in str(w.message) for w in told) == (
        error is KeyboardInterrupt and where[1] == "_train_epoch"
    )
    assert history["shares"]["share"].tolist() == [0.0]
    assert trainer.interrupted == (error is KeyboardInterrupt)
    np.testing.assert_array_equal(
        trainer.loss_history.get_plottable()["val_losses"], history["val_losses"]
    )
    kept = float(amortizer.compute_loss(held_out, seed=0))
    assert kept == pytest.approx(history["val_losses"]["Loss"].min(), rel=1e-4)


def test_what_is_trained_is_kept_where_a_share_asked_for_fails(linear_gaussian, monkeypatch):
    run = TrainingRun.run

    def fails(self):
        if isinstance(self.regime, Resimulation):
            raise FloatingPointError
        return run(self)

    monkeypatch.setattr(TrainingRun, "run", fails)
    amortizer = CPVAEAmortizer(widths=(4,), seed=1)
    trainer = Trainer(amortizer, seed=1, jit_compile=False, progress_bar=False)
    sims, held_out = linear_gaussian.sample(40), linear_gaussian.sample(20)
    with pytest.raises(FloatingPointError):
        trainer.train_with_likelihood(
            sims, 2, 10, ExactLikelihood(linear_gaussian), validation_sims=held_out
        )
    best = trainer.loss_history.get_plottable()["val_losses"]["Loss"].min()
    assert float(amortizer.compute_loss(held_out, seed=0)) == pytest.approx(best, rel=1e-4)


def test_the_optimizer_of_an_earlier_training_does_not_count(linear_gaussian):
    sims, held_out = linear_gaussian.sample(40), linear_gaussian.sample(20)
    moved = []
    for trains_before in (False, True):
        amortizer = CPVAEAmortizer(widths=(4,), seed=1)
        trainer = Trainer(amortizer, seed=1, jit_compile=False, progress_bar=False)
        amortizer.adapt(sims)
        start = amortizer.get_weights()
        if trains_before:
            trainer.train_offline(sims, 1, 10, reuse_optimizer=True)
            amortizer.set_weights(start)
        trainer.train_with_likelihood(sims, 2, 10, shares=[0.0], validation_sims=held_out)
        moved.append(amortizer.get_weights()[-1] - start[-1])
    assert np.abs(moved[0]).max() > 0
    # With an optimizer whose schedule has ended, nothing would have moved.
    assert np.abs(moved[1]).max() > 0.1 * np.abs(moved[0]).max()


def test_ctrl_c_of_an_earlier_training_does_not_count(linear_gaussian):
    amortizer = CPVAEAmortizer(widths=(4,), seed=1)
    trainer = Trainer(amortizer, seed=1, jit_compile=False, progress_bar=False)
    trainer.interrupted = True
    try:
        history = trainer.train_with_likelihood(
            linear_gaussian.sample(40), 1, 10, ExactLikelihood(linear_gaussian), shares=[0.8]
        )
    except KeyboardInterrupt:
        pytest.fail("The share was not trained.")
    assert history["shares"]["share"].tolist() == [0.8]
