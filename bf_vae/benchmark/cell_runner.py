"""One cell of the benchmark: train, evaluate, record."""

import contextlib
import fcntl
import json
import os
import tempfile
import time
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path

from ..simulators import get_simulator
from ..trainers.fingerprint import fingerprint
from .cell import Cell
from .evaluation import NUM_SAMPLES, calibration, evaluate
from .locked_csv import StoreError
from .methods import get_method
from .peak_memory import PeakMemory
from .provenance import provenance
from .store import ORIGIN, ResultsStore

MACHINE_LOCK = Path(tempfile.gettempdir()) / "bf_vae_timing.lock"
# Seed and observation whose draws are kept, for the report's pictures.
PICTURED, KEPT_DRAWS = (0, 1), 1000
DONE, FAILED, TAKEN = "done", "failed", "taken"
# Dask gives up a cell, and the sweep with it, when a fourth worker dies of it.
MOST_DEATHS = 3
# Among the settings of rows of a trial.
TRIAL = "trial_epochs"


@dataclass(frozen=True)
class CellOptions:
    """What all cells of a sweep share.

    Parameters
    ----------
    folder : str
        Of the results store.
    observations : tuple of int
    num_samples : int
        Draws per observation.
    epochs : int or None
        At most so many, for a trial; recorded in the results.
    allow_contention : bool
        Whether cells may run side by side on one machine, which spoils their times.
    retry_failed : bool
        Whether observations are tried again that failed.
    """

    folder: str
    observations: tuple[int, ...]
    num_samples: int = NUM_SAMPLES
    epochs: int | None = None
    allow_contention: bool = False
    retry_failed: bool = False


def run_cell(cell: Cell, options: CellOptions) -> str:
    """Make the rows of a cell that the store does not have yet.

    A failure is recorded in the store and does not raise. As one counts, too, what killed its
    process in each of three starts: the fourth does not run it.

    Returns
    -------
    str
        "done", "failed", or "taken" if another process is at it.

    Raises
    ------
    OSError
        If the store cannot be written: this cell and the next would train in vain.
    """
    store = ResultsStore(options.folder)
    store.check_writable()
    with store.claim(cell.file_name) as is_ours:
        if not is_ours:
            return TAKEN
        missing = store.missing(cell, options.observations, options.retry_failed)
        if not missing:
            # Another sweep may have recorded a failure meanwhile.
            return FAILED if store.missing(cell, options.observations) else DONE
        alone = contextlib.nullcontext() if options.allow_contention else _machine_to_itself()
        with alone, store.start(cell.file_name) as deaths:
            return _run(cell, missing, options, store, deaths)


def _run(cell, missing, options, store, deaths) -> str:
    origin = provenance()
    try:
        if deaths >= MOST_DEATHS:
            raise RuntimeError(f"The process died in each of {deaths} starts: out of memory?")
        method = get_method(cell.method, options.epochs)
        method.check_installed()
        simulator = get_simulator(cell.task)
        # The same bytes for all methods: they depend on task, budget and seed alone.
        simulations = simulator.sample(cell.budget, seed=cell.seed)
    except Exception as error:
        _record_failure(cell, missing, error, origin, store)
        return FAILED
    common = {
        **asdict(cell),
        **origin,
        "contention": options.allow_contention,
        "simulations": fingerprint(simulations),
    }
    groups = [missing] if method.amortized else [[o] for o in missing]
    outcomes = [
        _run_group(cell, group, method, simulator, simulations, common, options, store)
        for group in groups
    ]
    return FAILED if FAILED in outcomes else DONE


def _run_group(cell, observations, method, simulator, simulations, common, options, store) -> str:
    """One training, and the observations that it serves."""
    left = list(observations)
    try:
        y = None if method.amortized else simulator.observation(observations[0])
        load, started = os.getloadavg()[0], time.perf_counter()
        with PeakMemory() as memory:
            posterior = method.fit(simulator, simulations, cell.seed, y)
        seconds = time.perf_counter() - started
        # First: a cell counts as done by its observations.
        if posterior.samples_many:
            rows = calibration(posterior, simulator, cell.seed)
            origin = {name: common[name] for name in ORIGIN}
            store.add_calibration([{**asdict(cell), **origin, **row} for row in rows])
        settings = method.settings | ({TRIAL: options.epochs} if options.epochs else {})
        row = {**common, "train_seconds": seconds, "load": load}
        row |= {"peak_memory_mb": memory.megabytes}
        for observation in observations:
            draws, figures = evaluate(posterior, simulator, observation, options.num_samples)
            add_row(store, cell, observation, draws, {**row, **figures}, settings)
            left.remove(observation)
    except StoreError:
        raise
    except Exception as error:
        _record_failure(cell, left, error, common, store)
        return FAILED
    return DONE


def add_row(store, cell, observation: int, draws, row: dict, settings: dict) -> None:
    """Add one observation's row, and its draws if they are pictured.

    Parameters
    ----------
    store : ResultsStore
    cell : Cell
    observation : int
    draws : np.ndarray of shape (n, d)
    row : dict
        The other columns.
    settings : dict
        Of the method.
    """
    # Draws first: an observation counts as done by its row.
    if (cell.seed, observation) == PICTURED:
        store.save_draws(cell, observation, draws[:KEPT_DRAWS])
    settings = json.dumps({**settings, "num_samples": len(draws)})
    store.add([{**row, "observation": observation, "settings": settings}])


def _record_failure(cell, observations, error, origin, store) -> None:
    store.add_failure(
        {
            **asdict(cell),
            "observation": " ".join(map(str, observations)),
            "error": f"{type(error).__name__}: {error}",
            "traceback": " | ".join(traceback.format_exc().splitlines()[-6:]),
            "time": time.strftime("%Y-%m-%d %H:%M:%S"),
            **{name: origin[name] for name in ORIGIN},
        }
    )


@contextlib.contextmanager
def _machine_to_itself():
    """Wait until no other cell runs on this machine; a killed one frees it."""
    # Another user's file can be locked, if not written to.
    with contextlib.suppress(FileExistsError):
        MACHINE_LOCK.touch(exist_ok=False)
    with open(MACHINE_LOCK) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
