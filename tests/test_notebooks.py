"""Every notebook runs from top to bottom, with a small budget."""

import json
from dataclasses import replace
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

from bf_vae.benchmark.methods.jana_settings import SETTINGS

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))
# Enough for one batch of 128 beside a tenth to validate.
SMALL = "budget, epochs = 160, 1"


def code_cells(path):
    """Sources of the code cells; the one tagged "parameters" is replaced."""
    for cell in json.loads(path.read_text())["cells"]:
        if cell["cell_type"] == "code":
            tagged = "parameters" in cell["metadata"].get("tags", [])
            yield SMALL if tagged else "".join(cell["source"])


@pytest.fixture
def shallow_jana(monkeypatch):
    """One operation at a time, JANA's flows of many layers take longer than all else together."""
    full = SETTINGS["two_moons"]
    shallow = {name: replace(getattr(full, name), depth=2) for name in ("posterior", "likelihood")}
    monkeypatch.setitem(SETTINGS, "two_moons", replace(full, **shallow))


@pytest.mark.usefixtures("uncompiled", "shallow_jana")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs(path):
    cells = list(code_cells(path))
    assert SMALL in cells
    namespace = {}
    for source in cells:
        exec(compile(source, str(path), "exec"), namespace)
    plt.close("all")
