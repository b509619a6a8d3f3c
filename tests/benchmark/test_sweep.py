"""Sweeps: known answers, what a killed one leaves, several at once, failures, a Dask cluster."""

import errno
import importlib
import multiprocessing
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from bf_vae.benchmark import (
    Cell,
    CellOptions,
    ResultsStore,
    cell_runner,
    left,
    locked_csv,
    plan,
    run_cell,
    sweep,
)
from bf_vae.benchmark.methods import Method, Posterior

KEY = ["method", "task", "budget", "seed", "observation"]
FIGURES = ["c2st", "mmd", "mmd_sbibm", "simulations", "settings"]


def options(folder, observations=(1, 2), **more):
    return CellOptions(
        str(folder), observations, **{"num_samples": 300, "allow_contention": True, **more}
    )


def rows_of(folder):
    return ResultsStore(folder).results().sort_values(KEY, ignore_index=True)


def test_the_ends_of_the_scale(tmp_path):
    cells = plan(["prior", "reference"], ["two_moons", "gaussian_linear"], [100], runs=2)
    assert len(cells) == 8
    outcomes = sweep(cells, options(tmp_path, (1,)))
    assert outcomes == {"done": 8}
    rows = rows_of(tmp_path)
    assert (rows.loc[rows["method"] == "prior", "c2st"] > 0.9).all()
    assert rows.loc[rows["method"] == "reference", "c2st"].between(0.38, 0.62).all()
    # All methods get the same simulations, other ones in every run.
    simulations = rows.groupby(["task", "seed"])["simulations"]
    assert (simulations.nunique() == 1).all()
    assert rows["simulations"].nunique() == 4
    for column in ("train_seconds", "sample_seconds", "peak_memory_mb", "load"):
        assert (rows[column] >= 0).all()
    assert rows["versions"].str.contains("tensorflow").all()
    assert not left(cells, options(tmp_path, (1,)))
    assert left(cells, options(tmp_path, (1, 3))) == cells


def test_full_disk_ends_the_sweep(tmp_path, monkeypatch):
    cells, real_write = plan(["prior"], ["two_moons"], [100], runs=2), os.write

    def write(descriptor, data):
        # The first run's second observation; there would be room for a failure.
        if b",0,2," in data and b"StoreError" not in data:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real_write(descriptor, data)

    with monkeypatch.context() as patch:
        patch.setattr(locked_csv.os, "write", write)
        with pytest.raises(locked_csv.StoreError, match=r"No space left.* start the same command"):
            sweep(cells, options(tmp_path))
    assert len(rows_of(tmp_path)) == 1
    # No failure of the cell: the same command goes on.
    assert left(cells, options(tmp_path)) == cells
    assert sweep(cells, options(tmp_path)) == {"done": 2}


def test_draws_are_there_when_their_row_is(tmp_path, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    cell = Cell("prior", "two_moons", 100, 0)
    with monkeypatch.context() as patch:
        patch.setattr(ResultsStore, "add", killed)
        with pytest.raises(KeyboardInterrupt):
            run_cell(cell, options(tmp_path, (1,)))
    assert ResultsStore(tmp_path).draws(cell, 1).shape == (300, 2)


CELLS = plan(["prior", "reference"], ["two_moons"], [50], runs=2)
OBSERVATIONS = (1, 2, 3)
NUM_ROWS = len(CELLS) * len(OBSERVATIONS)


def few_draws(folder):
    """Options for those who ask which rows there are, not how good they are."""
    return options(folder, OBSERVATIONS, num_samples=100)


def start_sweep(folder, num_rows):
    """The sweep of `CELLS` in a process of its own, with so many rows written."""
    arguments = (CELLS, few_draws(folder))
    # A daemon: it does not outlive a test that fails.
    spawn = multiprocessing.get_context("spawn")
    process = spawn.Process(target=sweep, args=arguments, daemon=True)
    process.start()
    results, deadline = folder / "results.csv", time.monotonic() + 120
    while not (results.exists() and len(results.read_bytes().splitlines()) > num_rows):
        assert process.is_alive()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return process


def test_killed_sweep_goes_on_where_it_stopped(tmp_path):
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    process = start_sweep(killed, num_rows=3)
    process.kill()
    process.join()
    before = rows_of(killed)
    assert 3 <= len(before) < NUM_ROWS
    assert sweep(CELLS, few_draws(killed))["done"]
    after = rows_of(killed)
    assert len(after) == NUM_ROWS
    assert not after.duplicated(KEY).any()
    kept = after.merge(before, on=[*KEY, "train_seconds", "sample_seconds"])
    assert len(kept) == len(before)
    # Nothing but times depends on the interruption.
    sweep(CELLS, few_draws(whole))
    assert after[FIGURES].equals(rows_of(whole)[FIGURES])


def test_two_sweeps_at_once_share_the_work(tmp_path):
    other = start_sweep(tmp_path, num_rows=1)
    outcomes = sweep(CELLS, few_draws(tmp_path))
    other.join()
    assert other.exitcode == 0
    assert 0 < outcomes["done"] < len(CELLS)
    rows = rows_of(tmp_path)
    assert len(rows) == NUM_ROWS
    assert not rows.duplicated(KEY).any()


class Failing(Method):
    def fit(self, simulator, simulations, seed, observation=None):
        if seed == 0:
            raise RuntimeError("no luck,\nonce")
        return Posterior(lambda n, y: simulator.prior(n, seed=seed))


class PerObservation(Method):
    amortized = False

    def fit(self, simulator, simulations, seed, observation=None):
        if abs(observation - simulator.observation(2)).max() == 0:
            raise RuntimeError("not this one")
        return Posterior(lambda n, y: simulator.prior(n, seed=seed))


def test_failed_cell_is_recorded_and_the_sweep_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(cell_runner, "get_method", lambda name, epochs: Failing(name, epochs))
    cells = plan(["prior"], ["two_moons"], [50], runs=2)
    assert sweep(cells, options(tmp_path)) == {"failed": 1, "done": 1}
    failure = ResultsStore(tmp_path).failures().iloc[0]
    assert failure["error"] == "RuntimeError: no luck, once"
    assert failure["observation"] == "1 2"
    assert rows_of(tmp_path)["seed"].tolist() == [1, 1]
    assert left(cells, options(tmp_path)) == []
    assert left(cells, options(tmp_path, retry_failed=True)) == cells[:1]


def test_method_for_one_observation_trains_for_each(tmp_path, monkeypatch):
    monkeypatch.setattr(cell_runner, "get_method", lambda n, epochs: PerObservation(n, epochs))
    assert run_cell(Cell("apt", "two_moons", 50, 0), options(tmp_path, (1, 2, 3))) == "failed"
    rows = rows_of(tmp_path)
    assert rows["observation"].tolist() == [1, 3]
    assert rows["train_seconds"].nunique() == 2
    assert str(ResultsStore(tmp_path).failures()["observation"][0]) == "2"


def test_a_failure_names_only_the_observations_that_are_left(tmp_path, monkeypatch):
    def evaluate(posterior, simulator, observation, num_samples):
        if observation == 2:
            raise RuntimeError("no luck")
        return np.zeros((num_samples, 2)), {"c2st": 0.5}

    monkeypatch.setattr(cell_runner, "evaluate", evaluate)
    assert run_cell(Cell("prior", "two_moons", 50, 0), options(tmp_path, (1, 2, 3))) == "failed"
    assert rows_of(tmp_path)["observation"].tolist() == [1]
    assert ResultsStore(tmp_path).failures()["observation"].tolist() == ["2 3"]


def test_draws_that_are_not_finite_are_a_failure(tmp_path, monkeypatch):
    class Infinite(Method):
        def fit(self, simulator, simulations, seed, observation=None):
            return Posterior(lambda n, y: simulator.prior(n, seed=seed) / 0.0)

    monkeypatch.setattr(cell_runner, "get_method", lambda name, epochs: Infinite(name, epochs))
    assert run_cell(Cell("prior", "two_moons", 50, 0), options(tmp_path)) == "failed"
    assert "300 of 300 draws are not finite" in ResultsStore(tmp_path).failures()["error"][0]


class Many(Method):
    """An exact posterior of the Gaussian linear task, or one that is half as wide."""

    def fit(self, simulator, simulations, seed, observation=None):
        width = np.sqrt(0.05) * (0.5 if self.name == "narrow" else 1.0)

        def draw(n, y):
            noise = np.random.default_rng(seed).normal(size=(*y.shape[:-1], n, y.shape[-1]))
            return y[..., np.newaxis, :] / 2 + width * noise

        return Posterior(draw, draw_many=draw)


def test_calibration_is_recorded_and_tells_right_from_wrong(tmp_path, monkeypatch):
    monkeypatch.setattr(cell_runner, "get_method", lambda name, epochs: Many(name, epochs))
    for name in ("exact", "narrow"):
        assert run_cell(Cell(name, "gaussian_linear", 50, 0), options(tmp_path, (1,))) == "done"
    rows = ResultsStore(tmp_path).calibration()
    verdicts = rows.groupby("method")["verdict"].agg(set)
    assert verdicts["exact"] == {"calibrated"}
    assert verdicts["narrow"] == {"too narrow"}
    assert len(rows) == 20
    assert rows.loc[rows["method"] == "exact", "coverage_80"].mean() == pytest.approx(0.8, abs=0.02)
    assert rows_of(tmp_path)["c2st"].iloc[0] < 0.6


def test_only_what_is_missing_is_made(tmp_path, monkeypatch):
    cell, made = Cell("prior", "two_moons", 50, 0), []

    def evaluate(posterior, simulator, observation, num_samples):
        made.append(observation)
        return np.zeros((num_samples, 2)), {"c2st": 0.5}

    monkeypatch.setattr(cell_runner, "evaluate", evaluate)
    for observations in ((2,), (1, 2, 3), (1, 2, 3)):
        assert run_cell(cell, options(tmp_path, observations)) == "done"
    assert made == [2, 1, 3]


def test_taken_cell_is_left_alone(tmp_path):
    cell = Cell("prior", "two_moons", 50, 0)
    with ResultsStore(tmp_path).claim(cell.file_name) as is_ours:
        assert is_ours
        assert run_cell(cell, options(tmp_path)) == "taken"
    assert rows_of(tmp_path).empty
    assert run_cell(cell, options(tmp_path)) == "done"


def test_timed_cells_wait_for_each_other(tmp_path, monkeypatch):
    monkeypatch.setattr(cell_runner, "MACHINE_LOCK", tmp_path / "lock")
    begun = []

    def get_method(name, epochs):
        begun.append(time.monotonic())
        return Failing(name, epochs)

    monkeypatch.setattr(cell_runner, "get_method", get_method)
    code = f"import fcntl; f = open({str(tmp_path / 'lock')!r}, 'a'); fcntl.flock(f, fcntl.LOCK_EX)"
    code += "; print(flush=True); import time; time.sleep(4)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as holder:
        holder.stdout.readline()
        started = time.monotonic()
        run_cell(Cell("prior", "two_moons", 50, 1), options(tmp_path, allow_contention=False))
        assert time.monotonic() - started > 2
    # Not the evaluation took so long: the cell began after the other process had ended.
    assert begun[0] - started > 3
    assert not rows_of(tmp_path)["contention"].any()


def test_worker_of_a_dask_cluster_is_killed(tmp_path):
    distributed = pytest.importorskip("dask.distributed")
    cells = plan(["prior"], ["two_moons"], [50, 60], runs=2)
    cluster = distributed.LocalCluster(2, threads_per_worker=1, dashboard_address=None)
    with cluster, distributed.Client(cluster) as client:
        workers = list(client.run(os.getpid).values())
        assert os.getpid() not in workers
        killed = []

        def kill_one(outcome):
            if not killed:
                killed.append(workers[0])
                os.kill(workers[0], signal.SIGKILL)

        outcomes = sweep(
            cells,
            few_draws(tmp_path),
            backend="dask",
            workers=2,
            scheduler=cluster.scheduler_address,
            progress=kill_one,
        )
    assert killed
    assert sum(outcomes.values()) == len(cells)
    rows = rows_of(tmp_path)
    assert len(rows) == len(cells) * len(OBSERVATIONS)
    assert not rows.duplicated(KEY).any()


def test_bad_input(tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="No method named 'abc'"):
        plan(["abc"], ["two_moons"], [100], 1)
    with pytest.raises(ValueError, match="No task named 'three_moons'"):
        plan(["prior"], ["three_moons"], [100], 1)
    for budgets, runs in (([], 1), ([10], 1), ([100], 0)):
        with pytest.raises(ValueError, match="at least one run"):
            plan(["prior"], ["two_moons"], budgets, runs)
    for methods, tasks in (([], ["two_moons"]), (["prior"], [])):
        with pytest.raises(ValueError, match="at least one method and one task"):
            plan(methods, tasks, [100], 1)
    with monkeypatch.context() as patch:
        patch.setattr("bf_vae.simulators.reference.find_spec", lambda name: None)
        with pytest.raises(ImportError, match="pip install --no-deps sbibm"):
            plan(["prior"], ["two_moons"], [100], 1)
    with pytest.raises(ValueError, match="backend"):
        sweep([], options(tmp_path), backend="threads")
    monkeypatch.setattr(Method, "modules", ("no_such_module",))
    with pytest.raises(ImportError, match="needs no_such_module: pip install"):
        plan(["prior"], ["two_moons"], [100], 1)
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        ResultsStore(tmp_path / "file")


def test_unreachable_scheduler(tmp_path, monkeypatch):
    pytest.importorskip("dask.distributed")
    # The module: the package's name `sweep` is the function.
    monkeypatch.setattr(importlib.import_module("bf_vae.benchmark.sweep"), "SCHEDULER_TIMEOUT", 1)
    with pytest.raises(OSError, match=r"scheduler tcp://127.* cannot be reached"):
        sweep([], options(tmp_path), backend="dask", scheduler="tcp://127.0.0.1:9")


def test_dask_workers_with_several_threads(tmp_path):
    distributed = pytest.importorskip("dask.distributed")
    cluster = distributed.LocalCluster(
        1, threads_per_worker=2, processes=False, dashboard_address=None
    )
    with cluster, pytest.raises(ValueError, match="dask worker --nthreads 1"):
        sweep([], options(tmp_path), scheduler=cluster.scheduler_address)
