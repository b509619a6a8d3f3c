"""Runs that were cut off end as if they had not been."""

import pickle
import signal
import subprocess
import sys
from unittest.mock import patch

import keras
import numpy as np
import pytest

from bf_vae import CPVAEAmortizer, CPVAELikelihoodAmortizer, JointVAEAmortizer
from bf_vae.trainers.array_file import read_arrays, write_arrays
from bf_vae.trainers.checkpointer import Checkpointer
from bf_vae.trainers.training_run import TrainingRun

pytestmark = pytest.mark.usefixtures("uncompiled")


def assert_same(first, second):
    for a, b in zip(first.amortizer.get_weights(), second.amortizer.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
    losses = [t.loss_history.to_arrays() for t in (first, second)]
    assert list(losses[0]) == list(losses[1])
    for key in losses[0]:
        np.testing.assert_allclose(losses[0][key], losses[1][key], rtol=1e-4)


KILLED_RUN = """
import os, signal, sys
import numpy as np
from bf_vae import CPVAEAmortizer, Trainer
from bf_vae.trainers.training_run import TrainingRun

train_epoch = TrainingRun._train_epoch

def killed(self, *arguments):
    train_epoch(self, *arguments)
    if self.epoch == 3:
        os.kill(os.getpid(), signal.SIGKILL)

TrainingRun._train_epoch = killed
folder = sys.argv[1]
amortizer = CPVAEAmortizer(seed=1, widths=(16,), prior="mixture", kl_warmup=5)
amortizer.build({"parameters": (None, 2), "summary_conditions": (None, 3)})
start = dict(np.load(folder + "/start.npz"))
amortizer.set_weights([start[str(i)] for i in range(len(start))])
trainer = Trainer(amortizer, checkpoint_path=folder + "/cut", seed=3, progress_bar=False,
                  jit_compile=False, checkpoint_interval=0)
trainer.train_offline(dict(np.load(folder + "/simulations.npz")), 6, 32, validation_sims=0.25)
"""


def test_sigkill_offline(make_trainer, linear_gaussian, tmp_path):
    simulations = linear_gaussian.sample(128)
    whole = make_trainer()
    whole.amortizer.build({"parameters": (None, 2), "summary_conditions": (None, 3)})
    start = {str(i): w for i, w in enumerate(whole.amortizer.get_weights())}
    np.savez(tmp_path / "start.npz", **start)
    np.savez(tmp_path / "simulations.npz", **simulations)
    whole.train_offline(simulations, 6, 32, validation_sims=0.25)

    command = [sys.executable, "-c", KILLED_RUN, str(tmp_path)]
    process = subprocess.run(command, check=False, capture_output=True, text=True)
    assert process.returncode == -signal.SIGKILL, process.stderr
    cut = make_trainer(init=9, checkpoint_path=tmp_path / "cut")
    history = cut.train_offline(simulations, 6, 32, validation_sims=0.25)
    assert len(history["val_losses"]) == 6
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


@pytest.mark.parametrize("name", REGIMES)
def test_every_regime_goes_on_exactly(
    name, make_trainer, seeded_model, linear_gaussian, kill_after, tmp_path
):
    for number in range(4):
        batches = [linear_gaussian.sample(16) for _ in range(3)]
        (tmp_path / f"epoch_{number}.pkl").write_bytes(pickle.dumps(batches))
    train = REGIMES[name]
    options = {"checkpoint_interval": 0, "skip_checks": True}
    whole = make_trainer(seeded_model, checkpoint_path=tmp_path / "whole", **options)
    train(whole, tmp_path)

    path = tmp_path / "cut"
    kill_after(
        3, lambda: train(make_trainer(seeded_model, checkpoint_path=path, **options), tmp_path)
    )
    # Another start, another seed: all that matters comes from the checkpoint.
    cut = make_trainer(seeded_model, init=9, checkpoint_path=path, **{**options, "seed": None})
    train(cut, tmp_path)
    assert_same(whole, cut)


def test_rounds_are_not_simulated_twice(make_trainer, counting_model, kill_after, tmp_path):
    def train(name, **kwargs):
        trainer = make_trainer(
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
    make_trainer, counting_model, monkeypatch, tmp_path
):
    def fail(*arguments):
        raise RuntimeError("killed")

    def train():
        trainer = make_trainer(counting_model, checkpoint_path=tmp_path, skip_checks=True)
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


def test_other_simulators_draw_new_simulations(make_trainer, counting_model, kill_after, tmp_path):
    options = {"checkpoint_path": tmp_path, "checkpoint_interval": 0, "skip_checks": True}

    def train():
        return make_trainer(counting_model, **options).train_online(4, 2, 16, validation_sims=8)

    kill_after(2, train)
    history = train()
    assert counting_model.sizes == [8, 32, 32, 32, 32]
    assert [len(history[k]) for k in ("train_losses", "val_losses")] == [8, 4]


def test_replay_fills_its_buffer_again(make_trainer, counting_model, kill_after, tmp_path):
    options = {"checkpoint_path": tmp_path, "checkpoint_interval": 0, "skip_checks": True}

    def train():
        trainer = make_trainer(counting_model, **options)
        return trainer.train_experience_replay(5, 2, 16, buffer_capacity=3)

    kill_after(4, train)
    train()
    # Three batches, drawn two an epoch: the last epoch and the two before it.
    assert counting_model.sizes == [32] * 4 + [32] * 2


def test_checkpoints_come_at_intervals(make_trainer, linear_gaussian, monkeypatch, tmp_path):
    epochs, save = [], Checkpointer.save
    monkeypatch.setattr(
        Checkpointer, "save", lambda s, v, h, p: (epochs.append(p["epoch"]), save(s, v, h, p))
    )
    simulations = linear_gaussian.sample(32)
    trainer = make_trainer(checkpoint_path=tmp_path, checkpoint_interval=1e6, max_to_keep=1)
    trainer.train_offline(simulations, 5, 16)
    assert epochs == [1, 0]  # the first epoch, and the end of the only round
    assert len(list(tmp_path.iterdir())) == 1
    epochs.clear()
    trainer.checkpoint_interval = 0
    trainer.train_offline(simulations, 3, 16)
    assert epochs == [1, 2, 3, 0]


def test_no_checkpoint_is_lost_while_one_is_written(
    make_trainer, linear_gaussian, monkeypatch, tmp_path
):
    simulations = linear_gaussian.sample(32)
    trainer = make_trainer(checkpoint_path=tmp_path)
    trainer.train_offline(simulations, 1, 16)
    weights = trainer.amortizer.get_weights()

    def half(file, **arrays):
        file.write(b"PK half a file")
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(np, "savez", half)
        with pytest.raises(OSError, match="No space left"):
            trainer.train_offline(simulations, 1, 16)
    loaded = make_trainer(init=9, checkpoint_path=tmp_path)
    for a, b in zip(weights, loaded.amortizer.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_checkpoints_load_and_refuse_another_architecture(make_trainer, linear_gaussian, tmp_path):
    simulations = linear_gaussian.sample(64)
    trainer = make_trainer(checkpoint_path=tmp_path)
    with pytest.raises(ValueError, match="no checkpoint"):
        trainer.load_pretrained_network()
    trainer.train_offline(
        simulations, 50, 16, validation_sims=0.25, early_stopping=True,
        optimizer=keras.optimizers.Adam(0.1), early_stopping_args={"patience": 2},
    )  # fmt: skip
    data = {"observables": np.ones(3)}
    loaded = make_trainer(init=9, checkpoint_path=tmp_path)
    np.testing.assert_array_equal(
        trainer.amortizer.sample(data, 5, seed=1), loaded.amortizer.sample(data, 5, seed=1)
    )
    with pytest.raises(ValueError, match="another architecture"):
        make_trainer(amortizer=CPVAEAmortizer(widths=(8,)), checkpoint_path=tmp_path)


def test_damaged_checkpoints(make_trainer, linear_gaussian, tmp_path):
    make_trainer(checkpoint_path=tmp_path).train_offline(linear_gaussian.sample(32), 1, 16)
    (newest,) = {f for f in tmp_path.iterdir() if f.name == "checkpoint-2.npz"}
    whole = newest.read_bytes()
    third = len(whole) // 3
    garbled = whole[:third] + bytes(b ^ 0xFF for b in whole[third : third + 200])
    garbled += whole[len(garbled) :]
    for damaged in (whole[: len(whole) // 2], garbled, b"", b"no archive"):
        newest.write_bytes(damaged)
        with pytest.raises(ValueError, match=r"cannot be read, it is damaged .* Delete it"):
            make_trainer(checkpoint_path=tmp_path)
    newest.unlink()
    make_trainer(checkpoint_path=tmp_path)  # goes on with the one before


def test_the_best_weights_of_before_a_kill_are_kept(
    make_trainer, linear_gaussian, kill_after, tmp_path
):
    simulations, held_out = linear_gaussian.sample(24), linear_gaussian.sample(200)

    def train(name, **options):
        trainer = make_trainer(checkpoint_path=tmp_path / name, checkpoint_interval=0, **options)
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
    changed, make_trainer, seeded_model, linear_gaussian, kill_after, tmp_path
):
    def model(size, seed=None, scale=1, function=None):
        return {k: scale * v for k, v in seeded_model(size, seed).items()}

    def train(**options):
        trainer = make_trainer(
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


def test_copies_of_checkpoints_are_left_alone(make_trainer, linear_gaussian, tmp_path):
    make_trainer(checkpoint_path=tmp_path).train_offline(linear_gaussian.sample(32), 1, 16)
    copy = tmp_path / "checkpoint-best.npz"
    copy.write_bytes((tmp_path / "checkpoint-2.npz").read_bytes())
    trainer = make_trainer(checkpoint_path=tmp_path, max_to_keep=1)
    assert trainer.load_pretrained_network().endswith("checkpoint-2.npz")
    trainer.train_offline(linear_gaussian.sample(32), 1, 16)
    assert copy.exists()


def test_the_history_comes_with_the_weights(make_trainer, linear_gaussian, tmp_path):
    trainer = make_trainer(checkpoint_path=tmp_path)
    history = trainer.train_offline(linear_gaussian.sample(32), 2, 16, validation_sims=0.25)
    loaded = make_trainer(checkpoint_path=tmp_path).loss_history.get_plottable()
    for name, losses in history.items():
        np.testing.assert_array_equal(losses, loaded[name])


def test_other_options_are_no_resumption(make_trainer, linear_gaussian, kill_after, tmp_path):
    simulations = linear_gaussian.sample(64)

    def train(optimizer=None, **options):
        trainer = make_trainer(checkpoint_path=tmp_path, checkpoint_interval=0, **options)
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
    other = CPVAEAmortizer(widths=(16,), prior="mixture", kl_warmup=5, activation="relu")
    with pytest.raises(ValueError, match="activation=silu \\(now relu\\)"):
        make_trainer(amortizer=other, checkpoint_path=tmp_path)


OPTIONS = {
    r"counts=True \(now False\)": [
        lambda counts: CPVAELikelihoodAmortizer(counts=counts, widths=(8,)), True, False,
    ],
    r"posterior.support=\[-9, 9\] \(now \[-99, 99\]\)": [
        lambda bound: JointVAEAmortizer(
            CPVAEAmortizer(support=(-bound, bound), widths=(8,)),
            CPVAELikelihoodAmortizer(widths=(8,)),
        ), 9, 99,
    ],
}  # fmt: skip


@pytest.mark.parametrize("message", OPTIONS)
def test_weights_that_would_mean_something_else_are_refused(message, make_trainer, tmp_path):
    make, then, now = OPTIONS[message]
    rng = np.random.default_rng(0)
    theta = rng.normal(size=(32, 2))
    sims = {"parameters": theta, "observables": rng.poisson(np.exp(theta))}
    make_trainer(amortizer=make(then), checkpoint_path=tmp_path).train_offline(sims, 1, 16)
    with pytest.raises(ValueError, match=message):
        make_trainer(amortizer=make(now), checkpoint_path=tmp_path)
    make_trainer(amortizer=make(then), checkpoint_path=tmp_path)
    # Checkpoints of before hold none of these options.
    newest = max(tmp_path.glob("*.npz"))
    arrays, document = read_arrays(newest)
    write_arrays(newest, arrays, {**document, "options": {}})
    make_trainer(amortizer=make(now), checkpoint_path=tmp_path)
