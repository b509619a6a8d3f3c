"""Many cells, on one machine or on a Dask cluster."""

import contextlib
import json
from collections import Counter
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from itertools import product
from pathlib import Path

from ..simulators import TASK_NAMES, get_simulator
from ..trainers.recipe import FEWEST
from .cell import Cell
from .cell_runner import MOST_DEATHS, TRIAL, CellOptions, run_cell
from .locked_csv import keys
from .methods import get_method
from .store import CELL, ResultsStore

BACKENDS = ("loky", "dask")
SCHEDULER_TIMEOUT = 10  # seconds


def plan(methods, tasks, budgets, runs: int) -> list[Cell]:
    """All cells, each once, run by run, so that every method has its first run early.

    Parameters
    ----------
    methods, tasks : sequence of str
    budgets : sequence of int
        Simulations, at least 20 each.
    runs : int
        Seeds 0 to ``runs - 1``.

    Raises
    ------
    ValueError
        For an unknown method or task, none of them, or a number that is too small.
    ImportError
        If a method misses something, or sbibm's files are missing; the message tells the cure.
    """
    for name in methods:
        get_method(name).check_installed()
    if unknown := [task for task in tasks if task not in TASK_NAMES]:
        raise ValueError(f"No task named {unknown[0]!r}. The tasks are: {', '.join(TASK_NAMES)}.")
    if not (methods and tasks):
        raise ValueError("Give at least one method and one task.")
    if runs < 1 or not budgets or min(budgets) < FEWEST:
        raise ValueError(f"Give at least one run, and budgets of {FEWEST} simulations or more.")
    for task in tasks:  # sbibm's files: better missed now than after a training
        get_simulator(task).observation(1)
    cells = (
        Cell(method, task, budget, seed)
        for seed, task, budget, method in product(range(runs), tasks, budgets, methods)
    )
    return list(dict.fromkeys(cells))


def left(cells, options: CellOptions) -> list[Cell]:
    """The cells that miss observations in the store; failed ones only on request.

    Raises
    ------
    ValueError
        If the store has rows of these cells from a trial, or from no trial where this is one.
    """
    store = ResultsStore(options.folder)
    _check_alike(store, cells, options)
    settled = store.settled(options.retry_failed)
    return [cell for cell in cells if any(cell.key(o) not in settled for o in options.observations)]


def _check_alike(store, cells, options) -> None:
    """Rows of a trial would pass for results, and results for rows of a trial."""
    wanted, cells = (options.num_samples, options.epochs), set(cells)
    for *row, settings in keys(store.results(), (*CELL, "settings")):
        cell = Cell(*row)
        if cell not in cells:
            continue
        try:
            settings = json.loads(settings)
            made = settings["num_samples"], settings.get(TRIAL)
        except (ValueError, TypeError, KeyError) as error:
            raise ValueError(
                f"{store.folder / 'results.csv'} has a row of {cell} whose settings are not those "
                f"of a method ({error!r}). Mend or delete it."
            ) from error
        if made != wanted:
            raise ValueError(
                f"{store.folder} has rows of {cell}, of {_trial(*made)}; this would be "
                f"{_trial(*wanted)}. Choose another folder, or the same --samples and --epochs."
            )


def _trial(num_samples, epochs) -> str:
    return f"{num_samples} samples" + (f" after at most {epochs} epochs" if epochs else "")


def sweep(
    cells, options: CellOptions, backend="loky", workers=1, scheduler=None, progress=None
) -> Counter:
    """Run cells; what the store has already is left out, so that a killed sweep can be repeated.

    Parameters
    ----------
    cells : list of Cell
    options : CellOptions
    backend : {"loky", "dask"}, optional
        Processes of this machine, or a Dask cluster. Its workers need the store's folder.
    workers : int, optional, default: 1
        Processes; 1 with loky is this one. With ``scheduler`` the cluster's own count.
    scheduler : str, optional
        Address of a running Dask scheduler, such as ``tcp://host:8786``.
    progress : callable, optional
        Called with each outcome as it comes.

    Returns
    -------
    collections.Counter
        How many cells were "done", "failed" or "taken" by another sweep.

    Raises
    ------
    ValueError
        For an unknown backend, workers below 1, or Dask's workers with several threads.
    ImportError
        If joblib or Dask is missing.
    OSError
        If the scheduler cannot be reached, the store not be written, or a worker process died.
    """
    if backend not in BACKENDS or workers < 1:
        raise ValueError(f"backend must be one of {BACKENDS} and workers at least 1.")
    # Workers may have another working directory.
    options = replace(options, folder=str(Path(options.folder).resolve()))
    outcomes = Counter()
    with _parallel(backend, workers, scheduler) as run:
        for outcome in run(cells, options):
            outcomes[outcome] += 1
            if progress is not None:
                progress(outcome)
    return outcomes


@contextlib.contextmanager
def _parallel(backend, workers, scheduler):
    """A function from cells and options to their outcomes, in the order in which they end."""
    try:
        from joblib import Parallel, delayed, parallel_config
    except ImportError as error:
        raise ImportError("Sweeps need joblib: pip install 'bf_vae[benchmark]'") from error

    def run(cells, options):
        parallel = Parallel(n_jobs=workers, batch_size=1, return_as="generator_unordered")
        return parallel(delayed(run_cell)(cell, options) for cell in cells)

    if backend == "loky" and scheduler is None:
        try:
            with parallel_config("loky"):
                yield run
        except BrokenProcessPool as error:
            raise ChildProcessError(
                "A worker process died, probably for want of memory. Start the same command again: "
                "finished cells stay, and a cell whose process dies in each of "
                f"{MOST_DEATHS} starts is left out. Fewer --workers need less memory."
            ) from error
        return
    with _dask_client(workers, scheduler) as client:
        workers = sum(client.nthreads().values()) or workers
        with parallel_config("dask", client=client, wait_for_workers_timeout=60):
            yield run


@contextlib.contextmanager
def _dask_client(workers, scheduler):
    try:
        from dask.distributed import Client, LocalCluster
    except ImportError as error:
        raise ImportError("--backend dask needs: pip install 'dask[distributed]'") from error
    if scheduler:
        try:
            client = Client(scheduler, timeout=SCHEDULER_TIMEOUT)
        except (OSError, ValueError) as error:
            raise OSError(f"The scheduler {scheduler} cannot be reached: {error}") from error
        with client:
            if max(client.nthreads().values(), default=1) > 1:
                raise ValueError(
                    "Workers with several threads change results: cells side by side in one "
                    "process share their random numbers. Start the workers with one thread each: "
                    f"dask worker --nthreads 1 --nworkers N {scheduler}"
                )
            yield client
        return
    with (
        LocalCluster(workers, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        yield client
