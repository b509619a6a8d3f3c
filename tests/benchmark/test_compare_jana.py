"""The script that compares with JANA: bad input ends it before it trains."""

import sys
from importlib import import_module
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--tasks", "two_moons", "foo"], "No task named 'foo'"),
        (["--observations", "1", "11"], "invalid choice: 11"),
        (["--budget", "10"], "budgets of 20 simulations or more"),
    ],
)
def test_bad_input(monkeypatch, capsys, arguments, message):
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "benchmarks")
    script = import_module("compare_jana")
    monkeypatch.delitem(sys.modules, "compare_jana")
    monkeypatch.setattr(script, "compare", lambda *_: pytest.fail("It trains."))
    monkeypatch.setattr(sys, "argv", ["compare_jana.py", *arguments])
    with pytest.raises(SystemExit, match="2"):
        script.main()
    assert message in capsys.readouterr().err
