"""Checkpoints of BayesFlow 1.1.6's Trainer, and those of bf_vae's."""

import subprocess
import sys

import keras
import numpy as np
import pytest
from bayesflow.trainers import Trainer

import bf_vae
from bf_vae import CPVAEAmortizer

SMALL = {"widths": (16,), "kl_warmup": 5, "seed": 1}

RESTORE = """
import sys
import numpy as np
from bf_vae import {cls}
from bayesflow.trainers import Trainer

amortizer = {cls}(widths=(16,), kl_warmup=5, seed=1)
trainer = Trainer(amortizer, checkpoint_path=sys.argv[1], memory=True)
assert len(trainer.loss_history.get_plottable()) == 4
assert len(trainer.simulation_memory.get_memory()) == 3
draws = amortizer.sample({{"summary_conditions": np.ones((2, 3))}}, 5, seed=3)
np.save(sys.argv[1] + "/draws.npy", draws)
"""


def trained(amortizer, simulate, path, **options):
    trainer = Trainer(amortizer, checkpoint_path=str(path), **options)
    trainer.train_offline(simulate(32), 2, 16)
    return amortizer


def test_restored_in_a_new_process(amortizer, gaussian_1x, tmp_path):
    trained(amortizer, gaussian_1x, tmp_path, memory=True, memory_kwargs={"capacity_in_batches": 3})
    draws = amortizer.sample({"summary_conditions": np.ones((2, 3))}, 5, seed=3)
    code = RESTORE.format(cls=type(amortizer).__name__)
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, capture_output=True)
    np.testing.assert_array_equal(draws, np.load(tmp_path / "draws.npy"))


def test_restored_with_a_summary_network(gaussian_1x, tmp_path):
    def make():
        return CPVAEAmortizer(summary_net=keras.Sequential([keras.layers.Dense(2)]), **SMALL)

    data = {"summary_conditions": np.ones((2, 3))}
    draws = trained(make(), gaussian_1x, tmp_path).sample(data, 5, seed=3)
    fresh = make()
    Trainer(fresh, gaussian_1x, checkpoint_path=str(tmp_path))
    np.testing.assert_array_equal(draws, fresh.sample(data, 5, seed=3))
    # Weights that are there already are set, too.
    before = fresh.get_weights()[0]
    fresh.set_weights([np.zeros_like(w) for w in fresh.get_weights()])
    Trainer(fresh, gaussian_1x, checkpoint_path=str(tmp_path)).load_pretrained_network()
    np.testing.assert_array_equal(before, fresh.get_weights()[0])


@pytest.mark.parametrize("build", [False, True])
def test_another_architecture(build, gaussian_1x, tmp_path):
    trained(CPVAEAmortizer(**SMALL), gaussian_1x, tmp_path)
    for options in ({"widths": (8,)}, {"prior": "gaussian"}, {"widths": (16, 16)}):
        other = CPVAEAmortizer(**{**SMALL, **options})
        if build:
            other.build({"parameters": (None, 2), "summary_conditions": (None, 3)})
        with pytest.raises(ValueError, match="another architecture"):
            Trainer(other, checkpoint_path=str(tmp_path))


@pytest.mark.parametrize("build", [False, True])
def test_another_support(build, linear_gaussian, tmp_path):
    def simulate(size):
        sims = linear_gaussian.sample(size)
        return {"prior_draws": np.tanh(sims["parameters"]), "sim_data": sims["observables"]}

    trained(CPVAEAmortizer(support=(-1, 1), **SMALL), simulate, tmp_path)
    other = CPVAEAmortizer(support=(-5, 5), **SMALL)
    if build:
        other.build({"parameters": (None, 2), "summary_conditions": (None, 3)})
    with pytest.raises(ValueError, match=r"support=\[-1, 1\] \(now \[-5, 5\]\)"):
        Trainer(other, checkpoint_path=str(tmp_path))


def test_checkpoints_of_before_hold_no_options(gaussian_1x, monkeypatch, tmp_path):
    with monkeypatch.context() as patch:
        patch.setattr(CPVAEAmortizer, "meaning", dict)
        trained(CPVAEAmortizer(**SMALL), gaussian_1x, tmp_path)
    Trainer(CPVAEAmortizer(**SMALL), checkpoint_path=str(tmp_path))


def test_checkpoints_of_the_other_trainer(gaussian_1x, tmp_path):
    trained(CPVAEAmortizer(**SMALL), gaussian_1x, tmp_path)
    with pytest.raises(ValueError, match="was not written by bf_vae's Trainer"):
        bf_vae.Trainer(CPVAEAmortizer(**SMALL), checkpoint_path=tmp_path)


def test_a_saved_model_goes_through_both_doors(gaussian_1x, linear_gaussian, tmp_path):
    amortizer = trained(CPVAEAmortizer(**SMALL), gaussian_1x, tmp_path)
    amortizer.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    data = {"summary_conditions": np.ones((2, 3))}
    np.testing.assert_array_equal(amortizer.sample(data, 5, seed=3), loaded.sample(data, 5, seed=3))
    before = loaded.get_weights()[0]
    trainer = bf_vae.Trainer(loaded, jit_compile=False, progress_bar=False)
    trainer.train_offline(linear_gaussian.sample(32), 1, 16)
    assert np.abs(loaded.get_weights()[0] - before).max() > 0
