import pickle
import signal
import subprocess
import sys
import textwrap

import keras
import numpy as np
import pandas as pd
import pytest

from bf_vae import CPVAEAmortizer, Trainer, UPVAEAmortizer

SMALL = {"widths": (16,), "kl_warmup": 5}


def small_trainer(model=None, amortizer=None, **kwargs):
    keras.utils.set_random_seed(1)
    amortizer = amortizer or CPVAEAmortizer(seed=1, **SMALL)
    # Without XLA: compiling takes longer than these few steps.
    options = {"jit_compile": False, "progress_bar": False, "seed": 3, **kwargs}
    return Trainer(amortizer, generative_model=model, **options)


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


def test_every_regime_returns_its_history(linear_gaussian, tmp_path):
    for number in (1, 2, 10):
        batches = [linear_gaussian.sample(16) for _ in range(3)]
        (tmp_path / f"presim_file_{number}.pkl").write_bytes(pickle.dumps(batches))
    trainer = small_trainer(linear_gaussian, memory=True)
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
    null, observed = trainer.mmd_hypothesis_test(
        {"observables": linear_gaussian.sample(20)["observables"] + 10}, num_null_samples=8,
        num_reference_simulations=100,
    )  # fmt: skip
    assert null.shape == (8,)
    assert observed > null.max()


def test_old_models_and_callables():
    def model(size, scale=1.0):
        draws = np.random.default_rng(0).normal(size=(size, 2)) * scale
        return {"prior_draws": draws, "sim_data": draws, "sim_batchable_context": None}

    history = small_trainer(model).train_online(1, 2, 8, model_args={"scale": 2.0})
    assert len(history) == 2
    with pytest.raises(TypeError, match="function from a batch size"):
        small_trainer(3)


def test_training_lowers_the_loss_and_matches_itself(linear_gaussian):
    simulations = linear_gaussian.sample(512)
    runs = [
        small_trainer(default_lr=5e-3).train_offline(simulations, 8, 32)["Loss"] for _ in range(2)
    ]
    np.testing.assert_array_equal(*runs)
    assert runs[0][-16:].mean() < runs[0][:16].mean() - 0.2


def test_early_stopping_keeps_the_best_weights(linear_gaussian):
    simulations, validation = linear_gaussian.sample(48), linear_gaussian.sample(200)
    trainer = small_trainer(default_lr=0.05)
    history = trainer.train_offline(
        simulations, 200, 16, validation_sims=validation, early_stopping=True,
        early_stopping_args={"patience": 10},
    )  # fmt: skip
    losses = history["val_losses"]["Loss"]
    assert len(losses) < 200
    assert losses.idxmin() == len(losses) - 11
    kept = float(trainer.amortizer.compute_loss(validation, seed=0))
    assert kept == pytest.approx(losses.min(), abs=1e-3)


def test_a_killed_run_ends_with_the_weights_of_an_uninterrupted_one(linear_gaussian, tmp_path):
    simulations = linear_gaussian.sample(128)
    np.savez(tmp_path / "simulations.npz", **simulations)
    script = textwrap.dedent("""
        import os, signal, sys
        import keras, numpy as np
        from bf_vae import CPVAEAmortizer, Trainer
        from bf_vae.trainers.training_run import TrainingRun
        folder, checkpoints, kill_after = sys.argv[1], sys.argv[2], int(sys.argv[3])
        simulations = dict(np.load(folder + "/simulations.npz"))
        keras.utils.set_random_seed(1)
        amortizer = CPVAEAmortizer(widths=(16,), kl_warmup=5, seed=1)
        epoch = TrainingRun._train_epoch
        def killed(self, *arguments):
            epoch(self, *arguments)
            if self.epoch == kill_after:
                os.kill(os.getpid(), signal.SIGKILL)
        TrainingRun._train_epoch = killed
        trainer = Trainer(amortizer, checkpoint_path=checkpoints, progress_bar=False,
                          seed=3, jit_compile=False, checkpoint_interval=0)
        history = trainer.train_offline(simulations, 6, 32, validation_sims=0.25)
        np.savez(checkpoints + ".npz", loss=history["train_losses"]["Loss"],
                 **{f"w{i}": w for i, w in enumerate(amortizer.get_weights())})
    """)

    def run(name, kill_after):
        command = [
            sys.executable,
            "-c",
            script,
            str(tmp_path),
            str(tmp_path / name),
            str(kill_after),
        ]
        return subprocess.run(command, check=False, capture_output=True, text=True)

    whole = run("whole", -1)
    assert whole.returncode == 0, whole.stderr
    assert run("cut", 3).returncode == -signal.SIGKILL
    again = run("cut", -1)
    assert again.returncode == 0, again.stderr
    first, second = (np.load(tmp_path / f"{name}.npz") for name in ("whole", "cut"))
    assert sorted(first) == sorted(second)
    for key in first:
        np.testing.assert_allclose(first[key], second[key], rtol=1e-5, atol=1e-6)


def test_checkpoints_load_and_refuse_another_architecture(linear_gaussian, tmp_path):
    trainer = small_trainer(checkpoint_path=tmp_path)
    with pytest.raises(ValueError, match="no checkpoint"):
        trainer.load_pretrained_network()
    trainer.train_offline(linear_gaussian.sample(64), 2, 16)
    data = {"observables": np.ones(3)}
    loaded = small_trainer(amortizer=CPVAEAmortizer(seed=9, **SMALL), checkpoint_path=tmp_path)
    np.testing.assert_array_equal(
        trainer.amortizer.sample(data, 5, seed=1), loaded.amortizer.sample(data, 5, seed=1)
    )
    with pytest.raises(ValueError, match="another architecture"):
        small_trainer(amortizer=CPVAEAmortizer(widths=(8,)), checkpoint_path=tmp_path)


def test_interrupt_keeps_the_best_weights_and_the_history(linear_gaussian, monkeypatch):
    from bf_vae.trainers.compiled_epoch import CompiledEpoch

    train, calls = CompiledEpoch.train, []

    def interrupted(self, *arguments):
        calls.append(1)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return train(self, *arguments)

    monkeypatch.setattr(CompiledEpoch, "train", interrupted)
    validation = linear_gaussian.sample(64)
    trainer = small_trainer()
    with pytest.warns(UserWarning, match="interrupted after 3 of 50 epochs"):
        history = trainer.train_offline(
            linear_gaussian.sample(64), 50, 16, validation_sims=validation
        )
    assert len(history["val_losses"]) == 3
    kept = float(trainer.amortizer.compute_loss(validation, seed=0))
    assert kept == pytest.approx(history["val_losses"]["Loss"].min(), abs=1e-3)


def test_bad_simulations(linear_gaussian):
    simulations = linear_gaussian.sample(64)
    simulations["observables"][:3, 0] = np.nan
    simulations["parameters"][3] = np.inf
    with pytest.raises(ValueError, match="4 of 64 simulations hold NaN or infinity"):
        small_trainer().train_offline(simulations, 1, 16)
    with pytest.warns(UserWarning, match="4 of 64 .* dropped"):
        assert len(small_trainer().train_offline(simulations, 1, 16, drop_invalid=True)) == 3
    good = linear_gaussian.sample(10)
    with pytest.raises(ValueError, match="10 simulations are fewer than one batch of 16"):
        small_trainer().train_offline(good, 1, 16)
    with pytest.raises(ValueError, match="Early stopping needs"):
        small_trainer().train_offline(good, 1, 5, early_stopping=True)
    with pytest.raises(ValueError, match="no generative model"):
        small_trainer().train_online(1, 1, 4)
    with pytest.raises(ValueError, match="outside the declared support"):
        amortizer = CPVAEAmortizer(support=(-0.01, 0.01), **SMALL)
        small_trainer(amortizer=amortizer).train_offline(good, 1, 5)
    with pytest.raises(TypeError, match="drop_bad"):
        small_trainer().train_offline(good, 1, 5, drop_bad=True)


def test_integers_constant_columns_and_one_dimension():
    rng = np.random.default_rng(0)
    simulations = {
        "parameters": rng.normal(size=(64, 1)),
        "observables": np.stack([rng.integers(0, 9, 64), np.full(64, 7)], axis=1),
    }
    trainer = small_trainer()
    assert np.isfinite(trainer.train_offline(simulations, 2, 16)["Loss"]).all()
    draws = trainer.amortizer.sample({"observables": np.array([3, 7])}, 10)
    assert draws.shape == (10, 1)
    assert np.isfinite(draws).all()
