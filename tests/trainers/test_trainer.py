import inspect
import json
import pickle
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest

from bf_vae import CPVAEAmortizer, Trainer, UPVAEAmortizer
from bf_vae.trainers.regimes.offline import OfflineSimulations

# Of BayesFlow 1.1.6, with which tests/bayesflow1 compares them.
SIGNATURES = json.loads(Path(__file__).with_name("signatures.json").read_text())


@pytest.mark.parametrize("cls", [CPVAEAmortizer, UPVAEAmortizer])
def test_linear_gaussian_posterior_and_evidence(cls, linear_gaussian):
    options = {"data_weight": 0.0} if cls is UPVAEAmortizer else {}
    keras.utils.set_random_seed(0)
    amortizer = cls(widths=(64, 64), kl_warmup=200, seed=0, **options)
    trainer = Trainer(amortizer, default_lr=5e-3, seed=0, progress_bar=False)
    trainer.train_offline(linear_gaussian.sample(10_000), 40, 250)
    y = np.array([0.8, -0.4, 0.3])
    mean, covariance = linear_gaussian.posterior(y)
    draws = amortizer.sample({"observables": y}, 20_000, seed=1)
    sd = np.sqrt(np.diag(covariance))
    assert np.abs((draws.mean(axis=0) - mean) / sd).max() < 0.15
    assert np.abs(np.cov(draws.T) / np.outer(sd, sd) - covariance / np.outer(sd, sd)).max() < 0.15

    test = linear_gaussian.sample(500)
    from scipy.stats import multivariate_normal

    true = np.array(
        [
            multivariate_normal(*linear_gaussian.posterior(y)).logpdf(theta)
            for theta, y in zip(test["parameters"], test["observables"], strict=True)
        ]
    )
    estimate = amortizer.log_prob(test, num_importance=200, seed=1)
    assert true.mean() - 0.05 < estimate.mean() < true.mean() + 0.01


@pytest.mark.parametrize("name", SIGNATURES)
def test_signatures(name):
    names = list(inspect.signature(getattr(Trainer, name)).parameters)[1:]
    expected = SIGNATURES[name].split()
    assert names[: len(expected)] == expected


@pytest.mark.usefixtures("uncompiled")
def test_every_regime_returns_its_history(make_trainer, linear_gaussian, tmp_path):
    for number in (1, 2, 10):
        batches = [linear_gaussian.sample(16) for _ in range(3)]
        (tmp_path / f"presim_file_{number}.pkl").write_bytes(pickle.dumps(batches))
    trainer = make_trainer(linear_gaussian, memory=True)
    calls = {
        "online": lambda: trainer.train_online(2, 3, 16),
        "offline": lambda: trainer.train_offline(linear_gaussian.sample(50), 2, 16),
        "replay": lambda: trainer.train_experience_replay(2, 3, 16, buffer_capacity=2),
        "presimulation": lambda: trainer.train_from_presimulation(tmp_path, max_epochs=2),
        "rounds": lambda: trainer.train_rounds(2, 32, 1, 16),
    }
    for name, call in calls.items():
        history = call()
        assert isinstance(history, pd.DataFrame), name
        assert len(history) == 6, name
        assert np.isfinite(history[["Loss", "Reconstruction", "KL"]]).all(axis=None), name
    assert trainer.optimizer is None
    history = trainer.train_offline(
        linear_gaussian.sample(64), 2, 16, validation_sims=0.25, reuse_optimizer=True
    )
    assert trainer.optimizer is not None
    assert [len(history[k]) for k in ("train_losses", "val_losses")] == [6, 2]
    assert len(trainer.train_online(1, 2, 16, validation_sims=20)["val_losses"]) == 1

    assert trainer.diagnose_sbc_histograms().axes
    assert trainer.diagnose_latent2d(linear_gaussian.sample(30)).axes
    shift = {"shift": 1.0}
    trainer.configurator = lambda sims, shift: {k: v + shift for k, v in sims.items()}
    names = {"names": ["first", "second"]}
    figure = trainer.diagnose_sbc_histograms(
        linear_gaussian.sample(30), conf_args=shift, plot_args=names
    )
    assert any(axes.get_title() == "second" for axes in figure.axes)
    trainer.configurator = lambda sims: sims
    null, observed = trainer.mmd_hypothesis_test(
        {"observables": linear_gaussian.sample(20)["observables"] + 10}, num_null_samples=8,
        num_reference_simulations=100,
    )  # fmt: skip
    assert null.shape == (8,)
    assert observed > null.max()


def test_hypothesis_tests_repeat_where_the_simulator_takes_a_seed(make_trainer, seeded_model):
    data = seeded_model(20, seed=1)
    trainer = make_trainer(seeded_model)
    trainer.train_online(1, 1, 16)
    sizes = {"num_null_samples": 3, "num_reference_simulations": 50}
    (null, observed), (again, same) = (
        trainer.mmd_hypothesis_test({"observables": data["observables"]}, **sizes) for _ in range(2)
    )
    np.testing.assert_array_equal(null, again)
    assert observed == same
    assert len(set(null)) == 3


def test_training_lowers_the_loss_and_matches_itself(make_trainer, linear_gaussian):
    simulations = linear_gaussian.sample(512)
    runs = [
        make_trainer(default_lr=5e-3).train_offline(simulations, 8, 32)["Loss"] for _ in range(2)
    ]
    np.testing.assert_array_equal(*runs)
    assert runs[0][-16:].mean() < runs[0][:16].mean() - 0.2


def test_early_stopping_keeps_the_best_weights(make_trainer, linear_gaussian):
    simulations, validation = linear_gaussian.sample(48), linear_gaussian.sample(200)
    trainer = make_trainer()
    optimizer = keras.optimizers.Adam(0.05, use_ema=True, ema_momentum=0.995)
    history = trainer.train_offline(
        simulations, 200, 16, optimizer=optimizer, validation_sims=validation,
        early_stopping=True, early_stopping_args={"patience": 10},
    )  # fmt: skip
    losses = history["val_losses"]["Loss"]
    assert len(losses) < 200
    assert losses.idxmin() == len(losses) - 11
    kept = float(trainer.amortizer.compute_loss(validation, seed=0))
    assert kept == pytest.approx(losses.min(), abs=1e-3)
    assert int(optimizer.iterations) == 3 * len(losses)  # without a schedule, none are skipped


def test_early_stopping_lets_the_learning_rate_fall(make_trainer, linear_gaussian):
    simulations, validation = linear_gaussian.sample(48), linear_gaussian.sample(200)
    trainer = make_trainer(default_lr=0.05)
    history = trainer.train_offline(
        simulations, 200, 16, validation_sims=validation, early_stopping=True,
        early_stopping_args={"patience": 5}, reuse_optimizer=True,
    )  # fmt: skip
    losses = history["val_losses"]["Loss"]
    assert 10 < len(losses) < 200
    # 160 of 200 epochs skipped or trained: a rate of 0.1 of the first at most, by the cosine.
    assert float(trainer.optimizer.learning_rate) < 0.1 * 0.05
    kept = float(trainer.amortizer.compute_loss(validation, seed=0))
    assert kept == pytest.approx(losses.min(), abs=1e-3)
    # The last part starts from the best weights, not from those at which it stopped.
    first_stop = losses.rolling(6).apply(lambda x: x.iloc[0] <= x.min()).idxmax()
    best, last, after = losses[: first_stop + 1].min(), losses[first_stop], losses[first_stop + 1]
    assert after - best < 0.5 * (last - best)


@pytest.mark.usefixtures("uncompiled")
def test_a_share_is_held_out_of_configured_simulations(make_trainer, linear_gaussian):
    def configurator(raw):
        return {"parameters": raw["theta"], "observables": raw["x"]}

    drawn = linear_gaussian.sample(40)
    trainer = make_trainer(configurator=configurator, memory=True)
    history = trainer.train_offline(
        {"theta": drawn["parameters"], "x": drawn["observables"]}, 1, 10, validation_sims=0.25
    )
    assert [len(history[k]) for k in ("train_losses", "val_losses")] == [3, 1]
    assert len(trainer.simulation_memory.get_memory()["parameters"]) == 30


@pytest.mark.usefixtures("uncompiled")
def test_rounds_that_stop_early_keep_to_the_schedule(make_plain_trainer, seeded_model):
    trainer = make_plain_trainer(seeded_model)
    history = trainer.train_rounds(
        2, 32, 10, 16, validation_sims=64, early_stopping=True, reuse_optimizer=True,
        early_stopping_args={"patience": 2, "tolerance": 100.0},
    )  # fmt: skip
    # Three epochs each; only the last round trains the last part of the schedule too.
    assert len(history["train_losses"]) == 3 * 2 + 3 * 4 + 2 * 4
    assert int(trainer.optimizer.iterations.numpy()) == 10 * 2 + 10 * 4


def test_early_stopping_ends_a_round(make_trainer, seeded_model):
    history = make_trainer(seeded_model).train_rounds(
        2, 32, 60, 16, validation_sims=64, early_stopping=True,
        optimizer=keras.optimizers.Adam(0.05), early_stopping_args={"patience": 2},
    )  # fmt: skip
    epochs = len(history["val_losses"])
    assert 6 <= epochs < 120
    # Two steps an epoch in the first round, four in the second.
    assert 2 * epochs < len(history["train_losses"]) < 4 * epochs


@pytest.mark.usefixtures("uncompiled")
def test_replay_draws_old_batches_too(make_trainer):
    def model(size, seed=None):
        value = np.full((size, 1), float(len(drawn)))
        drawn.append(size)
        return {"parameters": value + np.arange(size)[:, None] / 100, "observables": value}

    drawn = []
    trainer = make_trainer(model, skip_checks=True)
    seen = []
    from bf_vae.trainers.compiled_epoch import CompiledEpoch

    class Spy(CompiledEpoch):
        def train(self, data, order):
            seen.append(np.unique(np.asarray(data["observables"])[order.ravel()]))
            return super().train(data, order)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bf_vae.trainers.training_run.CompiledEpoch", Spy)
        trainer.train_experience_replay(6, 4, 4, buffer_capacity=5)
    assert any(len(values) == 2 for values in seen)  # of this epoch and the one before
    assert all(values.min() >= epoch - 2 for epoch, values in enumerate(seen))
    assert all(values.max() <= epoch for epoch, values in enumerate(seen))


def test_seed_zero_does_not_shuffle_by_the_simulators_numbers():
    _, order = OfflineSimulations({"parameters": np.zeros((50, 1))}, 1, 50).epoch([0, 0], 0, 0)
    assert sorted(order[0]) == list(range(50))
    assert (order[0] != np.random.default_rng(0).permutation(50)).any()


@pytest.mark.usefixtures("uncompiled")
def test_two_runs_draw_different_simulations(make_trainer):
    seeds = []

    def model(size, seed=None):
        seeds.append(seed)
        rng = np.random.default_rng(seed)
        return {"parameters": rng.normal(size=(size, 1)), "observables": rng.normal(size=(size, 2))}

    for _ in range(2):
        trainer = make_trainer(model, skip_checks=True)
        trainer.train_online(2, 1, 8)
        trainer.train_online(1, 1, 8, validation_sims=8)
    assert seeds[:4] == seeds[4:]  # the trainer's seed decides
    assert len(set(seeds[:4])) == 4
    trainer.train_online(1, 1, 8, model_args={"seed": 7})
    assert seeds[-1] == 7
