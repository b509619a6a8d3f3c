"""The lists in the guide that are made from the rows."""

import sys
from importlib import import_module
from itertools import product
from pathlib import Path

import pandas as pd
import pytest

from bf_vae.simulators import TASK_NAMES

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def script():
    before = set(sys.modules)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BENCHMARKS)
        yield import_module("documentation_tables")
    for name in set(sys.modules) - before:
        if Path(getattr(sys.modules[name], "__file__", None) or "").parent == BENCHMARKS:
            del sys.modules[name]


def test_runs_that_are_not_there(script):
    methods = "cp-vae", "up-vae", "cp-vae-paper", "up-vae-paper", "jana", "npe", "coupling-flow"
    runs = [*product(methods, TASK_NAMES, range(3), [10_000])]
    runs += product(["apt", "gatsbi"], ["two_moons", "bernoulli_glm", "sir"], range(3), [10_000])
    rows = pd.DataFrame(runs, columns=["method", "task", "seed", "budget"])
    missing = (rows["method"] == "jana") & (rows["seed"] == 2) & rows["task"].isin(["sir", "slcp"])
    missing |= (rows["method"] == "apt") & (rows["seed"] == 1) & (rows["task"] == "sir")
    # Another budget is another run.
    rows.loc[missing, "budget"] = 20_000
    jana = ", ".join(task for task in TASK_NAMES if task in ("sir", "slcp"))
    assert script.not_measured(rows).splitlines()[2:] == [
        f"| jana | 2 | {jana} |",
        "| apt | 1 | sir |",
    ]


def test_runs_of_two_trainings(script):
    rows = pd.DataFrame(
        [
            ("npe", "sir", 0, 5.0), ("npe", "sir", 0, 6.0), ("npe", "slcp", 0, 5.0),
            ("npe", "slcp", 0, 5.0), ("npe", "slcp", 1, 7.0), ("apt", "sir", 0, 1.0),
            ("apt", "sir", 0, 2.0), ("gatsbi", "sir", 0, None), ("gatsbi", "sir", 0, None),
        ],
        columns=["method", "task", "seed", "train_seconds"],
    ).assign(budget=10_000)  # fmt: skip
    assert script.two_trainings(rows).splitlines()[2:] == ["| npe | 0 | sir |"]
