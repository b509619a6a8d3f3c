"""Which cells a sweep takes up again, and which rows it does not mix."""

import numpy as np
import pytest

from bf_vae.benchmark import Cell, CellOptions, ResultsStore, cell_runner, left, plan, run_cell

CELL = Cell("prior", "two_moons", 50, 0)


@pytest.fixture
def evaluated(monkeypatch):
    """Observations as they are evaluated; the second fails."""
    observations = []

    def evaluate(posterior, simulator, observation, num_samples):
        observations.append(observation)
        if observation == 2:
            raise RuntimeError("no luck")
        return np.zeros((num_samples, 2)), {"c2st": 0.5}

    monkeypatch.setattr(cell_runner, "evaluate", evaluate)
    return observations


def options(folder, observations, **more):
    more = {"num_samples": 50, "allow_contention": True, **more}
    return CellOptions(str(folder), observations, **more)


def test_only_the_observations_that_failed_are_skipped(tmp_path, evaluated):
    assert run_cell(CELL, options(tmp_path, (1, 2))) == "failed"
    assert left([CELL], options(tmp_path, (1, 2))) == []
    assert left([CELL], options(tmp_path, (1, 2), retry_failed=True)) == [CELL]
    assert left([CELL], options(tmp_path, (1, 2, 3))) == [CELL]
    evaluated.clear()
    assert run_cell(CELL, options(tmp_path, (1, 2, 3))) == "done"
    assert evaluated == [3]
    assert run_cell(CELL, options(tmp_path, (2,))) == "failed"
    assert evaluated == [3]
    assert run_cell(CELL, options(tmp_path, (2,), retry_failed=True)) == "failed"
    assert evaluated == [3, 2]


def test_what_failed_and_was_made_since_is_there(tmp_path, evaluated):
    run_cell(CELL, options(tmp_path, (2,)))
    store = ResultsStore(tmp_path)
    store.add([{**vars(CELL), "observation": 2, "settings": '{"num_samples": 50}'}])
    for retry in (False, True):
        assert left([CELL], options(tmp_path, (2,), retry_failed=retry)) == []


@pytest.mark.parametrize(
    ("first", "then", "message"),
    [
        ({}, {"num_samples": 60}, "of 50 samples; this would be 60 samples"),
        ({"epochs": 2}, {}, "of 50 samples after at most 2 epochs; this would be 50 samples. "),
        ({}, {"epochs": 2}, "this would be 50 samples after at most 2 epochs"),
    ],
)
def test_trials_and_results_do_not_mix(tmp_path, evaluated, first, then, message):
    run_cell(CELL, options(tmp_path, (1,), **first))
    assert left([CELL], options(tmp_path, (1,), **first)) == []
    with pytest.raises(ValueError, match=message):
        left([CELL], options(tmp_path, (1, 3), **then))
    # Other cells have their own rows.
    other = Cell("prior", "two_moons", 60, 0)
    assert left([other], options(tmp_path, (1,), **then)) == [other]


@pytest.mark.parametrize("settings", ["{a", "[1]", "{}", None])
def test_edited_settings(tmp_path, settings):
    ResultsStore(tmp_path).add([{**vars(CELL), "observation": 1, "settings": settings}])
    with pytest.raises(ValueError, match=r"results.csv has a row of prior on .* whose settings"):
        left([CELL], options(tmp_path, (1,)))


def test_each_cell_once():
    cells = plan(["prior", "prior"], ["two_moons", "two_moons"], [50, 50], runs=1)
    assert cells == [CELL]
