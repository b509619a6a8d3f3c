"""The README's blocks run as they stand, on smaller numbers."""

import re
import shlex
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from bf_vae._bayesflow import bayesflow_major
from bf_vae.cli import app

README = Path(__file__).parents[1] / "README.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```", README.read_text(), re.MULTILINE | re.DOTALL)
COMMANDS = re.findall(r"^bf-vae (.*)$", README.read_text(), re.MULTILINE)
LARGEST = {"epochs": 1, "iterations_per_epoch": 2, "num_batches_per_epoch": 2}
MAX_NUMBER = 200


def reduced(block):
    """The block with at most 200 simulations, draws, ..., and one epoch."""

    def shrink(match):
        name, number = match.groups()
        largest = LARGEST.get(name, MAX_NUMBER)
        start = match.start(2) - match.start()
        return match[0][:start] + str(min(int(number.replace("_", "")), largest))

    return re.sub(r"(?:(\w+)\s*=\s*)?(?<![\w.])(\d[\d_]*)(?![\w.])", shrink, block)


def test_reduced():
    block = "f(10_000, epochs=200, lr=2e-3, x1=5, n_samples=10_000, c=0.25)"
    assert reduced(block) == "f(200, epochs=1, lr=2e-3, x1=5, n_samples=200, c=0.25)"


def test_there_are_blocks():
    assert len(BLOCKS) >= 2
    assert len(BLOCKS) == README.read_text().count("```python")


@pytest.mark.usefixtures("uncompiled")
def test_blocks_run_in_order(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    # One namespace: later blocks may go on from earlier ones.
    names = {"__name__": "readme"}
    for number, block in enumerate(BLOCKS, start=1):
        if "import bayesflow" in block and bayesflow_major() != 2:
            continue
        exec(compile(reduced(block), f"<Python block {number} of README.md>", "exec"), names)


@pytest.mark.usefixtures("uncompiled")
def test_commands_run_in_order(linear_gaussian, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.savez("simulations.npz", **linear_gaussian.sample(40))
    np.savez("test.npz", **linear_gaussian.sample(20))
    np.savetxt("observation.csv", np.ones((1, 3)), delimiter=",")
    smaller = {"fit": ["--epochs", "1"]}
    names = []
    for command in COMMANDS:
        name, *arguments = shlex.split(command, comments=True)
        result = CliRunner().invoke(app, [name, *arguments, *smaller.get(name, [])])
        assert result.exit_code == 0, result.output
        names.append(name)
    assert names == ["fit", "sample", "check", "info"]
    assert np.loadtxt("posterior.csv", delimiter=",", skiprows=1).shape == (10_000, 2)
