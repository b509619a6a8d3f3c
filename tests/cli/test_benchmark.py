"""``bf-vae benchmark`` and ``bf-vae report``, end to end on methods that need no training."""

import itertools
from importlib import import_module

import pytest
from typer.testing import CliRunner

from bf_vae.benchmark import ResultsStore
from bf_vae_command import app

SMALL = ["--budgets", "50,60", "--samples", "200", "--observations", "1..2", "--allow-contention"]


def run(*arguments):
    result = CliRunner().invoke(app, [str(a) for a in arguments])
    # Without the line breaks and frames that depend on the terminal.
    return result, " ".join(result.output.replace("│", " ").split())


def test_sweep_and_report(tmp_path):
    pytest.importorskip("jinja2")
    command = ["benchmark", "--methods", "prior,reference", "--tasks", "two_moons", *SMALL]
    command += ["--folder", tmp_path / "results"]
    result, output = run(*command)
    assert result.exit_code == 0, output
    assert "done 4" in output
    # Off a terminal, a line per cell in place of a bar.
    assert "3 of 4 cells: done 4 of 4 cells: done" in output
    rows = ResultsStore(tmp_path / "results").results()
    assert sorted(rows["observation"].unique()) == [1, 2]
    assert len(rows) == 8
    # The same cells, with spaces in place of commas.
    result, output = run(*[part for words in command for part in str(words).split(",")])
    assert "there before 4" in output
    assert "done" not in output
    assert len(ResultsStore(tmp_path / "results").results()) == 8
    result, output = run(
        "report", "--folder", tmp_path / "results", "--output", tmp_path / "report"
    )
    assert result.exit_code == 0, output
    assert (tmp_path / "report" / "report.html").exists()
    assert "| reference | 0." in (tmp_path / "report" / "report.md").read_text()


def test_failed_cells_end_with_code_1(tmp_path, monkeypatch):
    from bf_vae.benchmark.methods.prior import Prior

    monkeypatch.setattr(Prior, "fit", lambda *a, **k: 1 / 0)
    command = ["benchmark", "--methods", "prior", "--tasks", "two_moons", *SMALL]
    command += ["--folder", tmp_path]
    result, output = run(*command, "--quiet")
    assert result.exit_code == 1
    assert "failed 2" in output
    assert "cells: failed" not in output
    assert "failures.csv" in output
    result, output = run(*command)
    assert result.exit_code == 1
    assert "there before 0" in output
    assert "failed before (--retry-failed) 2" in output


def test_time_left_is_known_where_cells_take_minutes(monkeypatch):
    module, clock, bars = import_module("bf_vae.cli.benchmark"), itertools.count(0, 100), []

    class Slow(module.Progress):
        def __init__(self, *columns, **options):
            super().__init__(*columns, get_time=lambda: next(clock), **options)
            bars.append(self)

    monkeypatch.setattr(module, "Progress", Slow)
    with module._progress(10, quiet=True) as advance:
        for _ in range(3):
            advance("done")
    assert bars[0].tasks[0].time_remaining == 700


@pytest.mark.parametrize("trial", [["--epochs", "1"], ["--samples", "200"]])
def test_trial_runs_are_no_results(tmp_path, monkeypatch, trial):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    command = ["benchmark", "--methods", "prior", "--tasks", "two_moons", *trial]
    # The default folder, and that of the copy next to it by a roundabout path.
    for folder in ([], ["--folder", "../copy/benchmarks/./results"]):
        result, output = run(*command, *folder)
        assert result.exit_code == 2
        assert "give them a --folder" in output
    assert list(tmp_path.rglob("*")) == [elsewhere]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--methods", "flow"], "No method named 'flow'"),
        (["--tasks", "three_moons"], "No task named 'three_moons'"),
        (["--budgets", "ten"], "'ten' is no number"),
        (["--budgets", "10"], "budgets of 20 simulations or more"),
        (["--observations", "0..3"], "numbered 1 to 10; got '0..3'"),
        (["--observations", "9..11"], "numbered 1 to 10; got '9..11'"),
        (["--observations", "3..1"], "numbered 1 to 10; got '3..1'"),
        (["--observations", "2..1,3"], "numbered 1 to 10; got '2..1,3'. Give such as 1 or"),
        (["--observations", "1.."], "numbered 1 to 10; got '1..'"),
        (["--observations", "..3"], "numbered 1 to 10; got '..3'"),
        (["--observations", "all"], "numbered 1 to 10; got 'all'"),
        (["--folder", ""], "name a folder"),
        (["--backend", "threads"], "backend must be one of"),
    ],
)
def test_bad_input(tmp_path, arguments, message):
    first = ["--methods", "prior", "--tasks", "two_moons", "--samples", "50"]
    first += ["--folder", str(tmp_path / "new")]
    result, output = run("benchmark", *first, *arguments)
    assert result.exit_code == 2
    assert message in output
    assert not (tmp_path / "new" / "results.csv").exists()


def test_report_without_results(tmp_path):
    result, output = run("report", "--folder", tmp_path / "none")
    assert result.exit_code == 2
    assert "that `bf-vae benchmark` wrote to, or run it first" in output
    assert not (tmp_path / "none").exists()
