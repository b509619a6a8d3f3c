"""Runs that were cut off end as if they had not been."""

import pickle
import signal
import subprocess
import sys
from unittest.mock import patch

import keras
import numpy as np
import pytest

from bf_vae.trainers.training_run import TrainingRun

pytestmark = pytest.mark.usefixtures("uncompiled")


def assert_same(first, second):
    for a, b in zip(first.amortizer.get_weights(), second.amortizer.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
    losses = [t.loss_history.to_arrays() for t in (first, second)]
    assert list(losses[0]) == list(losses[1])
    for key in losses[0]:
        np.testing.assert_allclose(losses[0][key], losses[1][key], rtol=1e-4)
    ends = [[len(epoch["loss"]) for epoch in t.loss_history.train] for t in (first, second)]
    assert ends[0] == ends[1]


KILLED_RUN = """
import os, signal, sys
import numpy as np
from bf_vae import CPVAEAmortizer, Trainer
from bf_vae.trainers.training_run import TrainingRun

train_epoch = TrainingRun._train_epoch

def killed(self, *arguments):
    train_epoch(self, *arguments)
    if self.epoch == 2:
        os.kill(os.getpid(), signal.SIGKILL)

TrainingRun._train_epoch = killed
folder = sys.argv[1]
amortizer = CPVAEAmortizer(seed=1, widths=(16,), prior="mixture", kl_warmup=5)
amortizer.build({"parameters": (None, 2), "summary_conditions": (None, 3)})
start = dict(np.load(folder + "/start.npz"))
amortizer.set_weights([start[str(i)] for i in range(len(start))])
trainer = Trainer(amortizer, checkpoint_path=folder + "/cut", seed=3, progress_bar=False,
                  jit_compile=False, checkpoint_interval=0)
trainer.train_offline(dict(np.load(folder + "/simulations.npz")), 4, 32, validation_sims=0.25)
"""


def test_sigkill_offline(make_trainer, linear_gaussian, tmp_path):
    simulations = linear_gaussian.sample(128)
    whole = make_trainer()
    whole.amortizer.build({"parameters": (None, 2), "summary_conditions": (None, 3)})
    start = {str(i): w for i, w in enumerate(whole.amortizer.get_weights())}
    np.savez(tmp_path / "start.npz", **start)
    np.savez(tmp_path / "simulations.npz", **simulations)
    whole.train_offline(simulations, 4, 32, validation_sims=0.25)

    command = [sys.executable, "-c", KILLED_RUN, str(tmp_path)]
    process = subprocess.run(command, check=False, capture_output=True, text=True)
    assert process.returncode == -signal.SIGKILL, process.stderr
    cut = make_trainer(init=9, checkpoint_path=tmp_path / "cut")
    history = cut.train_offline(simulations, 4, 32, validation_sims=0.25)
    assert len(history["val_losses"]) == 4
    assert_same(whole, cut)


REGIMES = {
    "online": lambda t, _, **k: t.train_online(4, 3, 16, validation_sims=32, **k),
    "replay": lambda t, _, **k: t.train_experience_replay(
        4, 3, 16, buffer_capacity=4, validation_sims=32, **k
    ),
    "presimulation": lambda t, files, **k: t.train_from_presimulation(
        files, validation_sims=32, **k
    ),
    "rounds": lambda t, _, **k: t.train_rounds(
        2, 32, 2, 16, validation_sims=32, early_stopping=True, **k
    ),
    # Skips from its third epoch to the last part: epochs 1, 2, 3, 9, 10.
    "stopped early": lambda t, _, **k: t.train_offline(
        t.generative_model(64, seed=1),
        10,
        16,
        validation_sims=32,
        early_stopping=True,
        early_stopping_args={"patience": 2, "tolerance": 100.0},
        **k,
    ),
}


def presimulate(model, folder, num_files):
    for number in range(num_files):
        batches = [model.sample(16) for _ in range(3)]
        (folder / f"epoch_{number}.pkl").write_bytes(pickle.dumps(batches))


@pytest.mark.parametrize("name", REGIMES)
def test_every_regime_goes_on_exactly(
    name, make_plain_trainer, seeded_model, linear_gaussian, kill_after, tmp_path
):
    presimulate(linear_gaussian, tmp_path, 4)
    train = REGIMES[name]
    options = {"checkpoint_interval": 0, "skip_checks": True}
    whole = make_plain_trainer(seeded_model, checkpoint_path=tmp_path / "whole", **options)
    train(whole, tmp_path)

    path = tmp_path / "cut"
    kill_after(
        3,
        lambda: train(make_plain_trainer(seeded_model, checkpoint_path=path, **options), tmp_path),
    )
    # Another start, another seed: all that matters comes from the checkpoint.
    cut = make_plain_trainer(
        seeded_model, init=9, checkpoint_path=path, **{**options, "seed": None}
    )
    train(cut, tmp_path)
    assert_same(whole, cut)


def test_other_presimulated_files_of_the_same_name_are_another_run(
    make_plain_trainer, linear_gaussian, kill_after, tmp_path
):
    def train():
        trainer = make_plain_trainer(checkpoint_path=tmp_path / "cut", checkpoint_interval=0)
        with patch.object(TrainingRun, "_train_epoch", autospec=True) as train_epoch:
            train_epoch.side_effect = train_epoch_of
            trainer.train_from_presimulation(tmp_path)
        return train_epoch.call_count

    presimulate(linear_gaussian, tmp_path, 3)
    train_epoch_of = TrainingRun._train_epoch
    kill_after(1, train)
    kill_after(1, train)
    assert train() == 1
    kill_after(1, train)
    presimulate(linear_gaussian, tmp_path, 3)
    assert train() == 3


def test_rounds_are_not_simulated_twice(make_plain_trainer, counting_model, kill_after, tmp_path):
    def train(name, **kwargs):
        trainer = make_plain_trainer(
            counting_model, checkpoint_path=tmp_path / name, skip_checks=True,
            checkpoint_interval=0, **kwargs,
        )  # fmt: skip
        trainer.train_rounds(3, 32, 2, 16)
        return trainer

    whole = train("whole")
    counting_model.linear_gaussian.rng = np.random.default_rng(0)
    counting_model.sizes.clear()
    kill_after(3, lambda: train("cut"))  # in the second round
    assert counting_model.sizes == [32, 32]
    cut = train("cut", init=9)
    assert counting_model.sizes == [32, 32, 32]
    assert_same(whole, cut)


def test_simulations_outlive_a_kill_before_the_first_checkpoint(
    make_plain_trainer, counting_model, monkeypatch, tmp_path
):
    def fail(*arguments):
        raise RuntimeError("killed")

    def train():
        trainer = make_plain_trainer(counting_model, checkpoint_path=tmp_path, skip_checks=True)
        return trainer.train_rounds(1, 32, 1, 16, validation_sims=8)

    with monkeypatch.context() as patch:
        patch.setattr("bf_vae.trainers.training_run.TrainingRun._train_epoch", fail)
        with pytest.raises(RuntimeError, match="killed"):
            train()
    # That simulator may have been mended since.
    with pytest.warns(UserWarning, match="npz are used, drawn by an earlier run") as told:
        train()
    assert sum("delete this file" in str(w.message) for w in told) == 2  # round-1.npz, too
    assert counting_model.sizes == [8, 32]
    train()  # another run on top of the finished one
    assert counting_model.sizes == [8, 32, 8, 32]


def test_rounds_of_other_arguments_are_drawn_anew(make_plain_trainer, monkeypatch, tmp_path):
    def model(size, noise):
        drawn.append(noise)
        theta = np.random.default_rng(0).normal(size=(size, 2))
        return {"parameters": theta, "observables": np.c_[theta, noise * theta[:, :1]]}

    def train(noise):
        trainer = make_plain_trainer(model, checkpoint_path=tmp_path, skip_checks=True)
        trainer.train_rounds(np.int64(1), np.int64(32), 1, 16, model_args={"noise": noise})

    drawn = []
    with monkeypatch.context() as patch:
        patch.setattr(TrainingRun, "_train_epoch", lambda *arguments: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            train(1.0)
    train(2.0)
    assert drawn == [1.0, 2.0]


def test_other_simulators_draw_new_simulations(
    make_plain_trainer, counting_model, kill_after, tmp_path
):
    options = {"checkpoint_path": tmp_path, "checkpoint_interval": 0, "skip_checks": True}

    def train():
        return make_plain_trainer(counting_model, **options).train_online(
            4, 2, 16, validation_sims=8
        )

    kill_after(2, train)
    history = train()
    assert counting_model.sizes == [8, 32, 32, 32, 32]
    assert [len(history[k]) for k in ("train_losses", "val_losses")] == [8, 4]


def test_replay_fills_its_buffer_again(make_plain_trainer, counting_model, kill_after, tmp_path):
    options = {"checkpoint_path": tmp_path, "checkpoint_interval": 0, "skip_checks": True}

    def train():
        trainer = make_plain_trainer(counting_model, **options)
        return trainer.train_experience_replay(5, 2, 16, buffer_capacity=3)

    kill_after(4, train)
    train()
    # Three batches, drawn two an epoch: the last epoch and the two before it.
    assert counting_model.sizes == [32] * 4 + [32] * 2


def test_the_best_weights_of_before_a_kill_are_kept(
    make_plain_trainer, linear_gaussian, kill_after, tmp_path
):
    simulations, held_out = linear_gaussian.sample(24), linear_gaussian.sample(200)

    def train(name, **options):
        trainer = make_plain_trainer(
            checkpoint_path=tmp_path / name, checkpoint_interval=0, **options
        )
        history = trainer.train_offline(
            simulations, 60, 8, validation_sims=held_out, early_stopping=True,
            optimizer=keras.optimizers.Adam(0.05), early_stopping_args={"patience": 6},
        )  # fmt: skip
        return trainer, history["val_losses"]["Loss"]

    whole, losses = train("whole")
    assert len(losses) == losses.idxmin() + 7 < 60  # it overfits
    kill_after(int(losses.idxmin()) + 4, lambda: train("cut"))
    cut, _ = train("cut", init=9)
    assert_same(whole, cut)
    kept = float(cut.amortizer.compute_loss(held_out, seed=0))
    assert kept == pytest.approx(losses.min(), rel=1e-4)


@pytest.mark.parametrize("changed", ["validation_sims", "model_args", "conf_args"])
def test_other_simulations_are_no_resumption(
    changed, make_plain_trainer, seeded_model, linear_gaussian, kill_after, tmp_path
):
    def model(size, seed=None, scale=1, function=None):
        return {k: scale * v for k, v in seeded_model(size, seed).items()}

    def train(**options):
        trainer = make_plain_trainer(
            model, configurator=lambda sims, shift=0: {k: v + shift for k, v in sims.items()},
            checkpoint_path=tmp_path, checkpoint_interval=0, skip_checks=True,
        )  # fmt: skip
        with patch.object(TrainingRun, "_train_epoch", autospec=True) as spy:
            spy.side_effect = train_epoch
            # A function is known again, wherever it lies in memory.
            args = {"function": lambda: None, **options.pop("model_args", {})}
            trainer.train_online(4, 2, 16, **{**given, "model_args": args, **options})
        return spy.call_count

    train_epoch = TrainingRun._train_epoch
    given = {"validation_sims": linear_gaussian.sample(16)}
    other = {
        "validation_sims": linear_gaussian.sample(16),
        "model_args": {"scale": np.full(1, 2.0)},
        "conf_args": {"shift": 1},
    }
    kill_after(2, train)
    assert train(**{changed: other[changed]}) == 4
    kill_after(2, train)
    assert train() == 2


def test_other_options_are_no_resumption(make_plain_trainer, linear_gaussian, kill_after, tmp_path):
    simulations = linear_gaussian.sample(64)

    def train(optimizer=None, **options):
        trainer = make_plain_trainer(checkpoint_path=tmp_path, checkpoint_interval=0, **options)
        return trainer.train_offline(simulations, 4, 32, optimizer=optimizer)

    def trained_epochs(*arguments, **options):
        with patch.object(TrainingRun, "_train_epoch", autospec=True) as spy:
            spy.side_effect = train_epoch
            train(*arguments, **options)
        return spy.call_count

    train_epoch = TrainingRun._train_epoch
    # Two of the four epochs were trained, but at another rate or by another optimizer.
    kill_after(2, lambda: train(default_lr=1e-3))
    assert trained_epochs(default_lr=1e-4) == 4
    kill_after(2, lambda: train(default_lr=1e-3))
    assert trained_epochs(keras.optimizers.SGD(0.1)) == 4
    kill_after(2, lambda: train(keras.optimizers.SGD(0.1)))
    assert trained_epochs(keras.optimizers.SGD(0.1)) == 2
