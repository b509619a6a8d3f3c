"""The benchmark's reference JANA, and the script that puts CP-VAE beside it."""

import sys
from argparse import Namespace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bf_vae.simulators import TASK_NAMES, get_simulator

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
import compare_jana_reference as compare
from jana_reference import SETTINGS, JanaReference


@pytest.mark.parametrize("task", ["slcp_distractors", "gaussian_mixture", "sir"])
def test_sees_and_gives_sbibms_units(task):
    simulator = get_simulator(task)
    jana = JanaReference(task, simulator.num_parameters, simulator.num_observables, seed=0)
    sims = simulator.sample(4, seed=0)
    inputs = jana.configure({"prior_draws": sims["parameters"], "sim_data": sims["observables"]})
    assert all(np.isfinite(float(v)) for v in jana.amortizer.compute_loss(inputs).values())
    settings = jana.settings
    seen = inputs["posterior_inputs"]
    np.testing.assert_allclose(seen["parameters"] * settings.theta_scale, sims["parameters"], 1e-5)
    np.testing.assert_allclose(
        seen[jana.data_key] * settings.data_scale, sims["observables"],
        rtol=1e-5, atol=6 * settings.jitter * settings.data_scale,
    )  # fmt: skip
    draws = jana.sample(simulator.observation(1), 2000)
    assert draws.shape == (2000, simulator.num_parameters)
    # Untrained, the flow's draws are about a standard normal, in its own units.
    spread = np.median(np.abs(draws)) / settings.theta_scale
    assert 0.15 < spread < 5


def test_tasks():
    assert set(SETTINGS) == set(TASK_NAMES) - {"bernoulli_glm_raw"}
    with pytest.raises(ValueError, match="No settings of JANA for 'bernoulli_glm_raw'"):
        JanaReference("bernoulli_glm_raw", 10, 100)


def test_rows_are_written_and_not_made_twice(tmp_path, monkeypatch):
    monkeypatch.setattr(compare, "NUM_SAMPLES", 100)
    monkeypatch.setattr(compare, "RESULTS", tmp_path / "rows.csv")
    arguments = Namespace(
        tasks=["two_moons"], methods=compare.METHODS, budget=300, seed=0, observations=[1, 2],
        epochs=1, output=compare.RESULTS,
    )  # fmt: skip
    # The second row is cut off: what came before is kept.
    evaluate, calls = compare.evaluate, []

    def interrupted(*args):
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return evaluate(*args)

    monkeypatch.setattr(compare, "evaluate", interrupted)
    with pytest.raises(KeyboardInterrupt):
        compare.run(arguments)
    assert len(pd.read_csv(compare.RESULTS)) == 1
    compare.run(arguments)
    rows = pd.read_csv(compare.RESULTS)
    assert sorted(zip(rows["method"], rows["observation"], strict=True)) == [
        ("cp-vae", 1), ("cp-vae", 2), ("jana-reference", 1), ("jana-reference", 2),
    ]  # fmt: skip
    assert rows["c2st"].between(0.4, 1).all()
    assert (rows[["mmd", "mmd_bayesflow", "train_seconds", "sample_seconds"]] >= 0).all(axis=None)
    compare.run(arguments)
    assert len(calls) == 5
    assert compare.table().count("two_moons") == 2
