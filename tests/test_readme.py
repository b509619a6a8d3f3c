"""Blocks of the README and of the page on BayesFlow 1.x run as they stand, on smaller numbers."""

import re
import shlex
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from bf_vae._bayesflow import bayesflow_major
from bf_vae_command import app

README = Path(__file__).parents[1] / "README.md"
BAYESFLOW1 = README.parent / "docs" / "bayesflow1.md"
COMMANDS = re.findall(r"^bf-vae (.*)$", README.read_text(), re.MULTILINE)
LARGEST = {"epochs": 1, "iterations_per_epoch": 2, "num_batches_per_epoch": 2}
MAX_NUMBER = 200


def blocks(page):
    found = re.findall(r"^```python\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)
    assert len(found) == page.read_text().count("```python")
    return found


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


@pytest.mark.usefixtures("uncompiled", "short_likelihood")
def test_blocks_run_in_order(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    # One namespace: later blocks may go on from earlier ones.
    names = {"__name__": "readme"}
    found = blocks(README)
    assert len(found) >= 2
    for number, block in enumerate(found, start=1):
        if "import bayesflow" in block and bayesflow_major() != 2:
            continue
        exec(compile(reduced(block), f"<Python block {number} of README.md>", "exec"), names)


@pytest.mark.skipif(bayesflow_major() != 1, reason="the page is about BayesFlow 1.x")
def test_the_block_on_bayesflow_1_runs():
    (block,) = blocks(BAYESFLOW1)
    names = {"__name__": "page"}
    exec(compile(reduced(block), "<Python block of docs/bayesflow1.md>", "exec"), names)
    assert names["theta"].shape == (200, 2)
    assert np.isfinite(names["losses"].to_numpy()).all()


@pytest.mark.usefixtures("uncompiled", "short_likelihood")
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
