"""BayesFlow 1.1.6's own Trainer, as it is installed, drives both amortizers."""

import inspect
import json
import pickle
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
from bayesflow.amortizers import AmortizedPosterior
from bayesflow.computational_utilities import maximum_mean_discrepancy
from bayesflow.configuration import DefaultPosteriorConfigurator
from bayesflow.exceptions import ConfigurationError
from bayesflow.trainers import Trainer

from bf_vae import CPVAEAmortizer, UPVAEAmortizer
from bf_vae.diagnostics import mmd
from bf_vae.trainers.configurator import default_configurator


def weights(amortizer):
    return np.concatenate([v.numpy().ravel() for v in amortizer.trainable_variables])


def test_every_regime(amortizer, two_moons, tmp_path):
    model = two_moons.generative_model
    trainer = Trainer(
        amortizer, model, two_moons.configurator, memory=True,
        memory_kwargs={"capacity_in_batches": 4},
    )  # fmt: skip
    for number in (1, 2):
        batches = [model(16) for _ in range(3)]
        (tmp_path / f"presimulation_{number}.pkl").write_bytes(pickle.dumps(batches))
    optimizer = tf.keras.optimizers.Adam(1e-3)
    calls = {
        "offline": lambda: trainer.train_offline(model(48), 2, 16),
        "online": lambda: trainer.train_online(2, 3, 16),
        "replay": lambda: trainer.train_experience_replay(2, 3, 16, buffer_capacity=2),
        "rounds": lambda: trainer.train_rounds(2, 32, 1, 16),
        "presimulation": lambda: trainer.train_from_presimulation(tmp_path, optimizer),
    }
    for number, (name, call) in enumerate(calls.items(), start=1):
        before = weights(amortizer)
        history = call()
        assert isinstance(history, pd.DataFrame), name
        assert len(history) == 6 * number, name
        assert np.isfinite(history).all(axis=None), name
        assert np.abs(weights(amortizer) - before).max() > 0, name

    figure = trainer.diagnose_latent2d()
    assert len(figure.axes) >= amortizer.network.latent_dim**2
    assert len(trainer.diagnose_sbc_histograms().axes) == 2
    assert trainer.diagnose_latent2d(model(50)).axes


@pytest.mark.parametrize("cls", [CPVAEAmortizer, UPVAEAmortizer])
def test_learns_a_known_posterior(cls, linear_gaussian, gaussian_1x):
    keras.utils.set_random_seed(0)
    options = {"data_weight": 0.0} if cls is UPVAEAmortizer else {}
    amortizer = cls(widths=(64, 64), kl_warmup=200, seed=0, **options)
    trainer = Trainer(amortizer, gaussian_1x, default_lr=5e-3)
    losses = trainer.train_offline(
        gaussian_1x(10_000), 25, 250, validation_sims=500, early_stopping=True,
        early_stopping_args={"patience": 30},
    )  # fmt: skip
    assert set(losses) == {"train_losses", "val_losses"}
    assert len(losses["val_losses"]) == 25
    y = np.array([0.8, -0.4, 0.3])
    mean, covariance = linear_gaussian.posterior(y)
    draws = amortizer.sample({"summary_conditions": y}, 20_000, seed=1)
    sd = np.sqrt(np.diag(covariance))
    assert np.abs((draws.mean(axis=0) - mean) / sd).max() < 0.2
    assert np.abs((np.cov(draws.T) - covariance) / np.outer(sd, sd)).max() < 0.2


def test_early_stopping_stops(amortizer, gaussian_1x):
    trainer = Trainer(amortizer, gaussian_1x)
    losses = trainer.train_offline(
        gaussian_1x(64), 50, 32, validation_sims=gaussian_1x(64), early_stopping=True,
        early_stopping_args={"patience": 1, "tolerance": 100.0},
    )  # fmt: skip
    assert len(losses["val_losses"]) == 3


def test_signatures_are_those_that_bf_vaes_trainer_takes():
    signatures = Path(__file__).parents[1] / "trainers" / "signatures.json"
    for name, arguments in json.loads(signatures.read_text()).items():
        parameters = list(inspect.signature(getattr(Trainer, name)).parameters)[1:]
        assert [p for p in parameters if p != "kwargs"] == arguments.split(), name


def test_contexts_go_where_bf_vaes_trainer_puts_them(simulations_with_contexts):
    sims = simulations_with_contexts
    for left_out in [
        [],
        ["prior_batchable_context"],
        ["sim_non_batchable_context"],
        list(sims)[2:],
    ]:
        given = {k: None if k in left_out else v for k, v in sims.items()}
        theirs, ours = DefaultPosteriorConfigurator()(given), default_configurator(given)
        theirs = {k: v for k, v in theirs.items() if v is not None}
        assert set(theirs) == set(ours)
        for key, value in theirs.items():
            np.testing.assert_array_equal(value, ours[key])


def test_is_an_amortized_posterior(amortizer, gaussian_1x):
    assert isinstance(amortizer, AmortizedPosterior)
    # Without a configurator: the Trainer finds the one for posteriors.
    trainer = Trainer(amortizer, gaussian_1x)
    configured = trainer.configurator(gaussian_1x(4))
    assert configured["summary_conditions"].shape == (4, 3)
    assert np.isfinite(float(amortizer.compute_loss(configured)))
    assert all(isinstance(v, tf.Variable) for v in amortizer.trainable_variables)


def test_summary_network_and_misspecification_test(gaussian_1x):
    keras.utils.set_random_seed(1)

    def simulate(size):
        sims = gaussian_1x(size)
        return {**sims, "sim_data": sims["sim_data"][:, :, np.newaxis]}

    summary_net = keras.Sequential([keras.layers.LSTM(5), keras.layers.Dense(2)])
    amortizer = CPVAEAmortizer(summary_net=summary_net, widths=(16,), kl_warmup=5, seed=1)
    trainer = Trainer(amortizer, simulate, memory=True, memory_kwargs={"capacity_in_batches": 3})
    trainer.train_online(1, 1, 32)
    before = summary_net.get_weights()
    trainer.train_online(2, 10, 32)
    after = summary_net.get_weights()
    assert all(np.abs(a - b).max() > 0 for a, b in zip(before, after, strict=True))
    assert trainer.diagnose_sbc_histograms().axes

    usual = {"summary_conditions": simulate(50)["sim_data"]}
    strange = {"summary_conditions": usual["summary_conditions"] + 10}
    null, observed = trainer.mmd_hypothesis_test(usual, None, 100, 20)
    assert null.shape == (20,)
    assert observed < null.max()
    null, observed = trainer.mmd_hypothesis_test(strange, None, 100, 20)
    assert observed > null.max()


OPTIMIZERS = {
    "keras3": lambda: keras.optimizers.Adam(1e-3),
    "keras3 schedule": lambda: keras.optimizers.SGD(
        keras.optimizers.schedules.CosineDecay(1e-3, 10)
    ),
    "keras2": lambda: tf.keras.optimizers.Adam(1e-3),
    "keras2 legacy": lambda: tf.keras.optimizers.legacy.Adam(1e-3),
}


@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_optimizers_of_both_keras(make, gaussian_1x):
    amortizer = CPVAEAmortizer(widths=(8,), kl_warmup=5, seed=1)
    trainer = Trainer(amortizer, gaussian_1x)
    before = weights(amortizer)
    trainer.train_online(1, 2, 16, optimizer=make())
    assert np.abs(weights(amortizer) - before).max() > 0


def test_bad_inputs(amortizer, gaussian_1x):
    def rename(sims):
        return {"theta": sims["prior_draws"], "summary_conditions": sims["sim_data"]}

    with pytest.raises(ConfigurationError, match="Unknown keys \\['theta'\\]"):
        Trainer(amortizer, gaussian_1x, rename)
    # Without a generative model there is no check in advance.
    with pytest.raises(ValueError, match="Unknown keys \\['theta'\\]"):
        Trainer(amortizer, configurator=rename).train_offline(gaussian_1x(32), 1, 16)


def test_mmd_is_bayesflows():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(300, 3)), rng.normal(0.3, 1.2, size=(200, 3))
    theirs = maximum_mean_discrepancy(x.astype("float32"), y.astype("float32"))
    assert mmd(x, y) == pytest.approx(float(theirs), rel=1e-4)
