"""Cells that take their process with them: tried three times, then recorded and left out."""

import multiprocessing
import os
import signal
from dataclasses import make_dataclass

import pytest

from bf_vae.benchmark import Cell, CellOptions, ResultsStore, cell_runner, run_cell, sweep
from bf_vae.benchmark.methods import Method, Posterior

CELL = Cell("prior", "two_moons", 50, 0)


class Lasting(Method):
    def fit(self, simulator, simulations, seed, observation=None):
        return Posterior(lambda n, y: simulator.prior(n, seed=seed))


class Deadly(Method):
    def fit(self, simulator, simulations, seed, observation=None):
        os.kill(os.getpid(), signal.SIGKILL)


class Interrupted(Method):
    def fit(self, simulator, simulations, seed, observation=None):
        raise KeyboardInterrupt


@pytest.fixture
def use(monkeypatch):
    """Choose the method of the cells."""
    return lambda method: monkeypatch.setattr(
        cell_runner, "get_method", lambda name, epochs: method(name, epochs)
    )


def options(folder, **more):
    return CellOptions(str(folder), (1,), 50, allow_contention=True, **more)


def die(folder, times):
    for _ in range(times):
        child = multiprocessing.get_context("fork").Process(
            target=run_cell, args=(CELL, options(folder))
        )
        child.start()
        child.join()
        assert child.exitcode == -signal.SIGKILL


def test_the_fourth_start_is_none(tmp_path, use):
    use(Deadly)
    die(tmp_path, 3)
    assert ResultsStore(tmp_path).failures().empty
    use(Lasting)
    assert run_cell(CELL, options(tmp_path)) == "failed"
    (failure,) = ResultsStore(tmp_path).failures().itertuples()
    assert failure.error.endswith("The process died in each of 3 starts: out of memory?")
    assert failure.observation == 1
    # From now on it is skipped; if retried, it has three starts again.
    assert run_cell(CELL, options(tmp_path)) == "failed"
    assert len(ResultsStore(tmp_path).failures()) == 1
    assert run_cell(CELL, options(tmp_path, retry_failed=True)) == "done"


def test_two_deaths_are_forgotten_when_it_ends(tmp_path, use):
    for _ in range(2):
        use(Deadly)
        die(tmp_path, 2)
        use(Interrupted)
        with pytest.raises(KeyboardInterrupt):
            run_cell(CELL, options(tmp_path))
    use(Lasting)
    assert run_cell(CELL, options(tmp_path)) == "done"


def test_what_runs_elsewhere_has_not_died(tmp_path, use):
    use(Lasting)
    store = ResultsStore(tmp_path)
    with store.claim(CELL.file_name), store.start(CELL.file_name) as deaths:
        assert deaths == 0
        for _ in range(4):
            assert run_cell(CELL, options(tmp_path)) == "taken"
    with store.start(CELL.file_name) as deaths:
        assert deaths == 0


def test_dead_worker_process_is_a_clear_error(tmp_path, monkeypatch):
    pytest.importorskip("joblib")
    # Of no module: the workers need not load this package.
    monkeypatch.setitem(
        sweep.__globals__, "run_cell", lambda cell, options: os.kill(os.getpid(), signal.SIGKILL)
    )
    folder = make_dataclass("Options", ["folder"])(str(tmp_path))
    with pytest.raises(OSError, match=r"worker process died.* same command again.* 3 starts"):
        sweep([1, 2], folder, workers=2)
