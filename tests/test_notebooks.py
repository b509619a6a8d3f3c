"""Every notebook runs from top to bottom, with a small budget."""

import json
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))
SMALL = "budget, epochs = 300, 1"


def code_cells(path):
    """Sources of the code cells; the one tagged "parameters" is replaced."""
    for cell in json.loads(path.read_text())["cells"]:
        if cell["cell_type"] == "code":
            tagged = "parameters" in cell["metadata"].get("tags", [])
            yield SMALL if tagged else "".join(cell["source"])


@pytest.mark.usefixtures("uncompiled")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs(path):
    cells = list(code_cells(path))
    assert SMALL in cells
    namespace = {}
    for source in cells:
        exec(compile(source, str(path), "exec"), namespace)
    plt.close("all")
