"""What surrounds a training on another machine; the training itself needs JAX and a GPU."""

import json
import runpy
from argparse import Namespace
from pathlib import Path

import numpy as np
import pytest

from bf_vae.benchmark import ResultsStore
from bf_vae.benchmark.methods.gatsbi import scales
from bf_vae.simulators import TwoMoons

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "gatsbi_on_gpu.py"


def test_rows_of_draws_made_elsewhere(tmp_path):
    script = runpy.run_path(str(SCRIPT))
    options = Namespace(task="two_moons", folder=tmp_path / "cell", budget=300, seed=0)
    options.observations, options.results = [1, 4], tmp_path / "results"
    script["prepare"](options)
    prepared = np.load(options.folder / "simulations.npz")
    assert prepared["theta"].shape == prepared["y"].shape == (300, 2)
    np.testing.assert_allclose(prepared["theta"].std(axis=0), 1, rtol=1e-4)

    # Instead of the training: the right posterior for the first observation, zeros for the other.
    scale, _ = scales(TwoMoons(), TwoMoons().sample(300, seed=0))
    right = scale.forward(TwoMoons().reference_posterior(1)[-200:])
    np.savez(options.folder / "draws.npz", draws=np.stack([right, np.zeros((200, 2))]))
    settings = json.loads((options.folder / "cell.json").read_text())["settings"]
    trained = {"machine": "a GPU", "versions": {"jax": "0"}, "settings": settings}
    (options.folder / "trained.json").write_text(json.dumps(trained))
    script["record"](options)
    script["record"](options)  # nothing twice

    rows = ResultsStore(options.results).results()
    assert rows["observation"].tolist() == [1, 4]
    assert rows["c2st"][0] < 0.65
    assert rows["c2st"][1] > 0.9
    assert set(rows["machine"]) == {"a GPU"}
    assert rows["train_seconds"].isna().all()
    assert json.loads(rows["settings"][0])["epochs"] == 20_000

    other = json.loads((options.folder / "cell.json").read_text()) | {"simulations": "others"}
    (options.folder / "cell.json").write_text(json.dumps(other))
    with pytest.raises(SystemExit, match="prepare again"):
        script["record"](options)
