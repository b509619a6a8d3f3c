"""Results of benchmarks in a folder that survives crashes and sweeps side by side."""

import contextlib
import fcntl
import json
from dataclasses import fields
from pathlib import Path

import numpy as np
import pandas as pd

from ..unfinished_file import unfinished_file
from .cell import Cell
from .locked_csv import LockedCSV, StoreError, keys

SCHEMA = 1
CELL = tuple(field.name for field in fields(Cell))
KEY = (*CELL, "observation")
FIGURES = ("c2st", "mmd", "mmd_sbibm", "train_seconds", "sample_seconds", "peak_memory_mb")
ORIGIN = ("versions", "machine", "revision")
COLUMNS = (*KEY, *FIGURES, "contention", "load", "simulations", "settings", *ORIGIN)
FAILURE_COLUMNS = (*KEY, "error", "traceback", "time", *ORIGIN)
CALIBRATION_KEY = (*CELL, "parameter")
CALIBRATION_COLUMNS = (
    *CALIBRATION_KEY,
    *("rank_p_value", "coverage_50", "coverage_80", "coverage_95", "contraction", "verdict"),
    *ORIGIN,
)
DEFAULT_FOLDER = Path("benchmarks") / "results"


class ResultsStore:
    """``results.csv``, ``calibration.csv`` and ``failures.csv`` in one folder.

    A process that is killed at any moment leaves whole rows only, several processes may write at
    once, and a row that is there is never written a second time.

    Parameters
    ----------
    folder : str or os.PathLike
        Made if it is missing.

    Raises
    ------
    ValueError
        If another version of the schema wrote the folder.
    OSError
        If the folder cannot be made or written to.
    """

    def __init__(self, folder=DEFAULT_FOLDER):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._results = LockedCSV(self.folder / "results.csv", COLUMNS)
        self._failures = LockedCSV(self.folder / "failures.csv", FAILURE_COLUMNS)
        self._calibration = LockedCSV(self.folder / "calibration.csv", CALIBRATION_COLUMNS)
        self._check_schema()

    def _check_schema(self) -> None:
        marker = self.folder / "schema.json"
        if not marker.exists():
            if self._results.path.exists():
                raise ValueError(
                    f"{self._results.path} has no {marker.name} beside it: something else wrote "
                    "it. Choose another folder."
                )
            with unfinished_file(marker) as partial:
                partial.write_text(json.dumps({"schema": SCHEMA}) + "\n")
        try:
            found = json.loads(marker.read_text())["schema"]
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{marker} cannot be read ({error!r}).") from error
        if found != SCHEMA:
            raise ValueError(
                f"{self.folder} was written with schema {found}, but this version of bf_vae knows "
                f"schema {SCHEMA} only. Use the version that wrote it, or choose another folder."
            )

    def results(self) -> pd.DataFrame:
        """One row per method, task, budget, seed and observation; columns ``COLUMNS``."""
        return self._results.read()

    def calibration(self) -> pd.DataFrame:
        """One row per method, task, budget, seed and parameter; ``CALIBRATION_COLUMNS``."""
        return self._calibration.read()

    def failures(self) -> pd.DataFrame:
        """One row per failed attempt; columns ``FAILURE_COLUMNS``."""
        return self._failures.read()

    def done(self) -> set[tuple]:
        """The keys (`Cell.key`) of all results."""
        return keys(self.results(), KEY)

    def missing(self, cell: Cell, observations) -> list[int]:
        """Those of the observations that have no row yet."""
        done = self.done()
        return [o for o in observations if cell.key(o) not in done]

    def failed(self) -> set[Cell]:
        """The cells that an attempt was recorded of as failed."""
        return {Cell(*key) for key in keys(self.failures(), CELL)}

    def add(self, rows: list[dict]) -> int:
        """Append finished rows; those whose key is there already are left out.

        Returns
        -------
        int
            How many were added.

        Raises
        ------
        StoreError
            If they could not be written; nothing is then.
        """
        return self._results.append(rows, KEY)

    def add_calibration(self, rows: list[dict]) -> int:
        """Append the rows of a cell's parameters, as `add` does."""
        return self._calibration.append(rows, CALIBRATION_KEY)

    def add_failure(self, row: dict) -> None:
        """Append one failed attempt; ``observation`` is text if it failed for several."""
        self._failures.append([row])

    def save_draws(self, cell: Cell, observation: int, draws) -> None:
        """Keep posterior draws for pictures.

        Raises
        ------
        StoreError
        """
        path = self._draws_path(cell, observation)
        try:
            with unfinished_file(path) as partial:
                np.savez_compressed(partial, draws=np.asarray(draws, np.float32))
        except OSError as error:
            raise StoreError(f"{path} could not be written ({error}).") from error

    def draws(self, cell: Cell, observation: int) -> np.ndarray | None:
        """What `save_draws` kept, (n, d); None if there is nothing."""
        path = self._draws_path(cell, observation)
        return np.load(path)["draws"] if path.exists() else None

    def _draws_path(self, cell, observation) -> Path:
        return self.folder / "draws" / f"{cell.file_name}_{observation}.npz"

    @contextlib.contextmanager
    def claim(self, name: str):
        """Keep a piece of work from other sweeps while the block runs.

        Yields
        ------
        bool
            False if another process has it. A killed process loses its claims.
        """
        folder = self.folder / ".claims"
        folder.mkdir(exist_ok=True)
        with open(folder / name, "w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True
