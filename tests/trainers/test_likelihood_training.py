"""A learned likelihood as a second simulator: kept where it helps, dropped where it does not."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf

from bf_vae import CPVAEAmortizer, CPVAELikelihoodAmortizer, Trainer
from bf_vae.trainers import recipe, share_search
from bf_vae.trainers.regimes import Resimulation
from bf_vae.trainers.share_search import ShareSearch
from bf_vae.trainers.training_run import TrainingRun
from tests.conftest import LinearGaussian
from tests.trainers.exact_likelihood import ExactLikelihood, train


def test_true_likelihood_overfits_less_and_is_kept(linear_gaussian):
    _, history = train(ExactLikelihood(linear_gaussian))
    shares = history["shares"].set_index("share")["validation_loss"]
    assert shares[0.8] < shares[0.0] - 0.02
    assert history["val_losses"]["Loss"].min() == shares[0.8]


def test_false_likelihood_is_dropped(linear_gaussian):
    amortizer, history = train(ExactLikelihood(linear_gaussian, sign=-1))
    shares = history["shares"].set_index("share")["validation_loss"]
    assert shares[0.0] < shares[0.8] - 0.5
    assert history["val_losses"]["Loss"].min() == shares[0.0]
    # The weights are those of the plain training, to the last digit.
    plain, _ = train(ExactLikelihood(linear_gaussian, sign=-1), shares=[0])
    data = {"observables": linear_gaussian.sample(5)["observables"]}
    np.testing.assert_array_equal(amortizer.sample(data, 9, seed=1), plain.sample(data, 9, seed=1))


def test_new_data_are_for_those_that_overfit(linear_gaussian, monkeypatch):
    for least, tried in {0.01: [0.0, 0.8], 50.0: [0.0]}.items():
        likelihood = ExactLikelihood(linear_gaussian)
        _, history = train(likelihood, 10, least_overfitting=least)
        assert history["shares"]["share"].tolist() == tried
    monkeypatch.setattr(share_search, "MOST_FEATURES", 2)
    _, history = train(ExactLikelihood(linear_gaussian), 10, least_overfitting=0.01)
    assert history["shares"]["share"].tolist() == [0.0]


@pytest.mark.usefixtures("short_likelihood")
def test_features_left_out_are_not_learned(linear_gaussian):
    model, rng = linear_gaussian, np.random.default_rng(5)

    def sample(size):
        drawn = model.sample(size)
        noise = rng.standard_normal((size, 2)).astype("float32")
        y = drawn["observables"]
        return {**drawn, "observables": np.column_stack([y[:, 0], noise, y[:, 1:]])}

    sims = sample(2000)
    amortizer = CPVAEAmortizer(widths=(16,), num_members=1, seed=1)
    likelihood = CPVAELikelihoodAmortizer(widths=(16,), seed=1)
    trainer = Trainer(amortizer, seed=1, jit_compile=False, progress_bar=False)
    trainer.train_with_likelihood(sims, 1, 100, likelihood, shares=[1.0])
    assert amortizer.features_left_out == [1, 2]
    assert likelihood.sample({"parameters": np.zeros(2)}, 7, seed=1).shape == (7, 3)
    columns = np.array([0, 3, 4])
    regime = Resimulation(sims, 5, 100, ExactLikelihood(model), 1.0, columns)
    y = regime.epoch([1], 0, 0)[0]["observables"].numpy()
    np.testing.assert_array_equal(y[:, [1, 2]], sims["observables"][:, [1, 2]])
    residuals = y[:, columns] - sims["parameters"] @ model.A.T
    assert (y[:, columns] != sims["observables"][:, columns]).mean() > 0.9
    np.testing.assert_allclose(residuals.std(axis=0), model.noise, rtol=0.1)


def test_the_likelihood_is_for_counts_if_all_features_read_are(linear_gaussian):
    trainer = Trainer(CPVAEAmortizer(seed=1), progress_bar=False)
    y = np.column_stack([np.arange(40), np.random.default_rng(0).normal(size=40)])
    inputs = {"parameters": np.zeros((40, 1)), "observables": y}
    for left_out, counts in (([], False), ([1], True)):
        trainer.amortizer = SimpleNamespace(features_left_out=left_out, get_weights=list)
        search = ShareSearch(trainer, inputs, None, None, 1, 10, None)
        search._train_likelihood = lambda: None
        search._prepare_likelihood()
        assert search.likelihood.counts == counts


def test_a_batch_size_of_one_s_own_takes_few_simulations(linear_gaussian):
    trainer = Trainer(CPVAEAmortizer(widths=(4,)), seed=1, jit_compile=False, progress_bar=False)
    few = linear_gaussian.sample(12)
    with pytest.raises(ValueError, match="12 simulations are too few"):
        recipe.train(trainer, few, 1)
    history = recipe.train(trainer, few, 1, resimulate=False, batch_size=3, validation_sims=0.25)
    assert len(history["train_losses"]) == 3


def test_untrained_likelihood_is_trained_first(linear_gaussian):
    likelihood = CPVAELikelihoodAmortizer(widths=(16,), seed=1)
    train(likelihood, shares=[0.5])
    assert likelihood.is_adapted
    y = likelihood.sample({"parameters": np.zeros(2)}, 2000, seed=1)
    # Learned from two hundred simulations; those of all parameters spread by more than 1.
    np.testing.assert_allclose(y.std(axis=0), linear_gaussian.noise, atol=0.3)


@pytest.mark.usefixtures("short_likelihood")
def test_held_out_data_may_have_another_name(linear_gaussian):
    held_out = linear_gaussian.sample(20)
    held_out["summary_conditions"] = held_out.pop("observables")
    amortizer = CPVAEAmortizer(widths=(4,), seed=1)
    trainer = Trainer(amortizer, seed=1, jit_compile=False, progress_bar=False)
    likelihood = CPVAELikelihoodAmortizer(widths=(4,), seed=1)
    history = trainer.train_with_likelihood(
        linear_gaussian.sample(40), 1, 10, likelihood, shares=[0.8], validation_sims=held_out
    )
    assert np.isfinite(history["shares"]["validation_loss"]).all()


def test_a_share_of_the_data_is_new_in_every_epoch(linear_gaussian):
    sims = linear_gaussian.sample(1000)
    regime = Resimulation(sims, 5, 100, ExactLikelihood(linear_gaussian), share=0.3)
    epochs = [regime.epoch([1, 2], 0, i) for i in (0, 1, 1)]
    fresh = [(d["observables"].numpy() != sims["observables"]).all(axis=1) for d, _ in epochs]
    assert 0.25 < fresh[0].mean() < 0.35
    assert (fresh[0] != fresh[1]).any()
    for (data, order), (again, same) in [(epochs[1], epochs[2])]:
        np.testing.assert_array_equal(data["observables"], again["observables"])
        np.testing.assert_array_equal(order, same)
    np.testing.assert_array_equal(epochs[0][0]["parameters"], sims["parameters"])


def test_draws_out_of_range_are_left_out(linear_gaussian):
    class Wild(ExactLikelihood):
        def sample(self, inputs, n_samples, to_numpy=True, seed=None):
            y = super().sample(inputs, n_samples, to_numpy, seed).numpy()
            y[::3, :, 1], y[1::3, :, 0] = np.inf, -50.0
            return tf.constant(y)

    sims = linear_gaussian.sample(600)
    data, _ = Resimulation(sims, 5, 100, Wild(linear_gaussian), share=1.0).epoch([1], 0, 0)
    y = data["observables"].numpy()
    np.testing.assert_array_equal(y[::3], sims["observables"][::3])
    np.testing.assert_array_equal(y[1::3], sims["observables"][1::3])
    assert (y[2::3] != sims["observables"][2::3]).all(axis=1).mean() > 0.9


def test_bad_input(linear_gaussian):
    likelihood = ExactLikelihood(linear_gaussian)
    for shares in ([], [1.5], [-0.1, 0]):
        with pytest.raises(ValueError, match="shares"):
            train(likelihood, shares=shares)
    with pytest.raises(ValueError, match="validation_sims="):
        train(likelihood, validation_sims=None)


@pytest.mark.parametrize(
    ("key", "shape"), [("observables", (40, 3, 1)), ("direct_conditions", (40, 3))]
)
def test_data_that_no_likelihood_simulates_are_told_before_training(key, shape, monkeypatch):
    monkeypatch.setattr(TrainingRun, "run", lambda run: pytest.fail("trained already"))
    pooling = keras.Sequential([keras.layers.GlobalAveragePooling1D()])
    trainer = Trainer(CPVAEAmortizer(summary_net=pooling, widths=(8,)), progress_bar=False)
    simulations = {"parameters": np.zeros((40, 1)), key: np.ones(shape)}
    with pytest.raises(ValueError, match="one vector of data for each simulation"):
        trainer.train_with_likelihood(simulations, 2, 10)


@pytest.mark.parametrize("whole_numbers", [True, False])
def test_the_default_likelihood_takes_whole_numbers_for_counts(whole_numbers, monkeypatch):
    rng, made = np.random.default_rng(0), []
    theta = rng.normal(size=(60, 1)).astype("float32")
    y = rng.poisson(np.exp(theta)) + (0.0 if whole_numbers else 0.5)

    def noted(self):
        made.append(self.likelihood)
        self.trainer.interrupted = True

    monkeypatch.setattr(ShareSearch, "_train_likelihood", noted)
    amortizer = CPVAEAmortizer(widths=(4,), seed=0)
    trainer = Trainer(amortizer, seed=3, jit_compile=False, progress_bar=False)
    trainer.train_with_likelihood({"parameters": theta, "observables": y}, 1, 10)
    assert [(m.counts, m.exchanged.network.seed) for m in made] == [(whole_numbers, 3)]


@pytest.mark.usefixtures("uncompiled")
@pytest.mark.parametrize("culprit", ["likelihood", "posterior"])
def test_new_data_that_nobody_asked_for_cost_nothing_where_training_fails(culprit, monkeypatch):
    def diverges(self, *arguments):
        raise FloatingPointError("The loss became nan.")

    if culprit == "likelihood":
        monkeypatch.setattr(ShareSearch, "_train_likelihood", diverges)
        likelihood = CPVAELikelihoodAmortizer(seed=1)
    else:
        monkeypatch.setattr(Resimulation, "epoch", diverges)
        likelihood = ExactLikelihood(LinearGaussian())
    with pytest.warns(UserWarning, match="without a learned likelihood: The loss became nan"):
        amortizer, history = train(likelihood, 2, least_overfitting=-100)
    assert history["shares"]["share"].tolist() == [0.0]
    plain, _ = train(likelihood, 2, shares=[0])
    for weight, same in zip(amortizer.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_array_equal(weight, same)
    with pytest.raises(FloatingPointError):
        train(likelihood, 2)


def test_likelihood_of_all_features_serves_an_amortizer_that_reads_some(linear_gaussian):
    inputs = linear_gaussian.sample(60)
    columns = np.array([0, 2])
    regime = Resimulation(inputs, 1, 20, ExactLikelihood(linear_gaussian), 1.0, columns)
    data, _ = regime.epoch([0], 0, 0)
    changed = (data["observables"].numpy() != inputs["observables"].astype("float32")).mean(axis=0)
    assert (changed > 0.5).tolist() == [True, False, True]
