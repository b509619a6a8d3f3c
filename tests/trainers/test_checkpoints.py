"""What checkpoints hold, and which are refused."""

import keras
import numpy as np
import pytest

from bf_vae import CPVAEAmortizer, CPVAELikelihoodAmortizer, JointVAEAmortizer
from bf_vae.trainers.array_file import read_arrays, write_arrays
from bf_vae.trainers.checkpointer import Checkpointer

pytestmark = pytest.mark.usefixtures("uncompiled")


def test_checkpoints_come_at_intervals(make_plain_trainer, linear_gaussian, monkeypatch, tmp_path):
    epochs, save = [], Checkpointer.save
    monkeypatch.setattr(
        Checkpointer, "save", lambda s, v, h, p: (epochs.append(p["epoch"]), save(s, v, h, p))
    )
    simulations = linear_gaussian.sample(32)
    trainer = make_plain_trainer(checkpoint_path=tmp_path, checkpoint_interval=1e6, max_to_keep=1)
    trainer.train_offline(simulations, 5, 16)
    assert epochs == [1, 0]  # the first epoch, and the end of the only round
    assert len(list(tmp_path.iterdir())) == 1
    epochs.clear()
    trainer.checkpoint_interval = 0
    trainer.train_offline(simulations, 3, 16)
    assert epochs == [1, 2, 3, 0]


def test_no_checkpoint_is_lost_while_one_is_written(
    make_plain_trainer, linear_gaussian, monkeypatch, tmp_path
):
    simulations = linear_gaussian.sample(32)
    trainer = make_plain_trainer(checkpoint_path=tmp_path)
    trainer.train_offline(simulations, 1, 16)
    weights = trainer.amortizer.get_weights()

    def half(file, **arrays):
        file.write(b"PK half a file")
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(np, "savez", half)
        with pytest.raises(OSError, match="No space left"):
            trainer.train_offline(simulations, 1, 16)
    loaded = make_plain_trainer(init=9, checkpoint_path=tmp_path)
    for a, b in zip(weights, loaded.amortizer.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_checkpoints_load_and_refuse_another_architecture(make_trainer, linear_gaussian, tmp_path):
    simulations = linear_gaussian.sample(64)
    trainer = make_trainer(checkpoint_path=tmp_path)
    with pytest.raises(ValueError, match="no checkpoint"):
        trainer.load_pretrained_network()
    trainer.train_offline(
        simulations, 50, 16, validation_sims=0.25, early_stopping=True,
        optimizer=keras.optimizers.Adam(0.3), early_stopping_args={"patience": 2},
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


def test_copies_of_checkpoints_are_left_alone(make_plain_trainer, linear_gaussian, tmp_path):
    make_plain_trainer(checkpoint_path=tmp_path).train_offline(linear_gaussian.sample(32), 1, 16)
    copy = tmp_path / "checkpoint-best.npz"
    copy.write_bytes((tmp_path / "checkpoint-2.npz").read_bytes())
    trainer = make_plain_trainer(checkpoint_path=tmp_path, max_to_keep=1)
    assert trainer.load_pretrained_network().endswith("checkpoint-2.npz")
    trainer.train_offline(linear_gaussian.sample(32), 1, 16)
    assert copy.exists()


def test_the_history_comes_with_the_weights(make_plain_trainer, linear_gaussian, tmp_path):
    trainer = make_plain_trainer(checkpoint_path=tmp_path)
    history = trainer.train_offline(linear_gaussian.sample(32), 2, 16, validation_sims=0.25)
    loaded = make_plain_trainer(checkpoint_path=tmp_path).loss_history.get_plottable()
    for name, losses in history.items():
        np.testing.assert_array_equal(losses, loaded[name])


OPTIONS = {
    r"activation=silu \(now relu\)": [
        lambda activation: CPVAEAmortizer(activation=activation, widths=(8,)), "silu", "relu",
    ],
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
    other = make(now)
    other.adapt(sims)
    weights = other.get_weights()
    with pytest.raises(ValueError, match=message):
        make_trainer(amortizer=other, checkpoint_path=tmp_path)
    for before, after in zip(weights, other.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)
    make_trainer(amortizer=make(then), checkpoint_path=tmp_path)
    # Checkpoints of before hold none of these options.
    newest = max(tmp_path.glob("*.npz"))
    arrays, document = read_arrays(newest)
    write_arrays(newest, arrays, {**document, "options": {}})
    make_trainer(amortizer=make(now), checkpoint_path=tmp_path)
