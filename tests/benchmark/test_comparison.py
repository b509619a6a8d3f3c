"""The headline table, and what its columns are sorted by."""

import pandas as pd
import pytest

from bf_vae.benchmark.report.comparison import comparison
from bf_vae.benchmark.report.published_figures import anchors
from bf_vae.benchmark.report.sort_value import sort_value

KEY = ["method", "seed", "observation", "c2st"]


def last_columns(cells):
    """A list for each of our methods, from (method, seed, observation, c2st)."""
    rows = pd.DataFrame(cells, columns=KEY).assign(
        task="slcp", budget=10_000, mmd=0.1, train_seconds=1.0
    )
    table = comparison(rows, anchors())
    return table[["best peer here", "ours there"]].to_numpy().tolist()


def test_an_unfinished_cell_leaves_the_best_peer_as_it_was():
    means = {"cp-vae": 0.6, "up-vae": 0.65, "jana": 0.7, "npe": 0.8, "coupling-flow": 0.9}
    cells = [(method, 0, o, c2st) for method, c2st in means.items() for o in (1, 2, 3)]
    whole = [["0.700 (jana, 3 x 1)", "0.600"], ["0.700 (jana, 3 x 1)", "0.650"]]
    assert last_columns(cells) == whole
    # Another peer's, another run of a peer, of ours, and more observations of one.
    cells += [(method, 1, 1, 0.1) for method in ("flow-matching", "npe", "cp-vae")]
    cells += [("npe", 0, o, 0.1) for o in range(4, 11)]
    assert last_columns(cells) == whole
    # Ours without one that the peers have.
    assert last_columns(cells[:2] + cells[3:])[0] == ["0.700 (jana, 3 x 1)", ""]


def test_no_peers():
    assert last_columns([("cp-vae", 0, 1, 0.6)]) == [["not measured", ""]]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("0.539 (jana, 3 x 3)", 0.539),
        ("10 x 3", 10.0),
        ("1 of 6", 1 / 6),
        ("10 of 10", 1.0),
        (10_000, 10_000.0),
        (float("nan"), ""),
        ("not measured", ""),
        ("two_moons", "two_moons"),
        ("2d-flow", "2d-flow"),
    ],
)
def test_columns_are_sorted_by_numbers(cell, value):
    assert sort_value(cell) == value
