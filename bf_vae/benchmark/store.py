"""Results of benchmarks in a folder that survives crashes and sweeps side by side."""

import contextlib
import fcntl
import json
from dataclasses import fields
from pathlib import Path

import numpy as np
import pandas as pd

from ..unfinished_file import check_writable, unfinished_file
from .cell import Cell
from .locked_csv import LockedCSV, StoreError, keys
from .row_check import NUMBER, TEXT, WHOLE, WHOLES, check_entries, check_single

SCHEMA = 1
CELL = tuple(field.name for field in fields(Cell))
KEY = (*CELL, "observation")
FIGURES = ("c2st", "mmd", "mmd_sbibm", "train_seconds", "sample_seconds", "peak_memory_mb")
ORIGIN = ("versions", "machine", "revision")
COLUMNS = (*KEY, *FIGURES, "contention", "load", "simulations", "settings", *ORIGIN)
FAILURE_COLUMNS = (*KEY, "error", "traceback", "time", *ORIGIN)
CALIBRATION_KEY = (*CELL, "parameter")
CALIBRATION_FIGURES = ("rank_p_value", "coverage_50", "coverage_80", "coverage_95", "contraction")
CALIBRATION_COLUMNS = (*CALIBRATION_KEY, *CALIBRATION_FIGURES, "verdict", *ORIGIN)
# What hands may have edited.
CELL_KINDS = {"method": TEXT, "task": TEXT, "budget": WHOLE, "seed": WHOLE}
KINDS = CELL_KINDS | {"observation": WHOLE}
KINDS |= dict.fromkeys((*FIGURES, "load"), NUMBER)
FAILURE_KINDS = CELL_KINDS | {"observation": WHOLES}
CALIBRATION_KINDS = CELL_KINDS | dict.fromkeys(CALIBRATION_FIGURES, NUMBER)
DEFAULT_FOLDER = Path("benchmarks") / "results"


class ResultsStore:
    """``results.csv``, ``calibration.csv`` and ``failures.csv`` in one folder.

    A process that is killed at any moment leaves whole rows only, several processes may write at
    once, and a row that is there is never written a second time. Nothing is written into a folder
    that is only read from.

    Parameters
    ----------
    folder : str or os.PathLike
        Made if it is missing.

    Raises
    ------
    ValueError
        If another version of the schema wrote the folder.
    OSError
        If the folder cannot be made.
    """

    def __init__(self, folder=DEFAULT_FOLDER):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._marker = self.folder / "schema.json"
        self._results = LockedCSV(self.folder / "results.csv", COLUMNS)
        self._failures = LockedCSV(self.folder / "failures.csv", FAILURE_COLUMNS)
        self._calibration = LockedCSV(self.folder / "calibration.csv", CALIBRATION_COLUMNS)
        self._check_schema()

    def _check_schema(self) -> None:
        # In this order: another process may write the marker and the results in between.
        has_results = self._results.path.exists()
        if not self._marker.exists():
            if has_results:
                raise ValueError(
                    f"{self._results.path} has no {self._marker.name} beside it: something else "
                    "wrote it. Choose another folder."
                )
            return
        try:
            found = json.loads(self._marker.read_text())["schema"]
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{self._marker} cannot be read ({error!r}).") from error
        if found != SCHEMA:
            raise ValueError(
                f"{self.folder} was written with schema {found}, but this version of bf_vae knows "
                f"schema {SCHEMA} only. Use the version that wrote it, or choose another folder."
            )

    def check_writable(self) -> None:
        """Try whether rows and draws can be kept, before a training that would be lost.

        Raises
        ------
        OSError
            If a file or folder cannot be written, or has other columns.
        ValueError
            If a file is damaged.
        """
        for file in (self._results, self._failures, self._calibration):
            file.check_writable()
        check_writable(self.folder / "draws" / "trial.npz")

    def results(self) -> pd.DataFrame:
        """One row per method, task, budget, seed and observation; columns ``COLUMNS``.

        Raises
        ------
        ValueError
            If an entry is no number where it should be one, or a row is there twice.
        OSError
            If the file has other columns.
        """
        frame = _checked(self._results, KINDS)
        check_single(frame, self._results.path, KEY)
        return frame

    def calibration(self) -> pd.DataFrame:
        """One row per method, task, budget, seed and parameter; ``CALIBRATION_COLUMNS``.

        Errors as `results`.
        """
        return _checked(self._calibration, CALIBRATION_KINDS)

    def failures(self) -> pd.DataFrame:
        """One row per failed attempt; columns ``FAILURE_COLUMNS``. Errors as `results`."""
        return _checked(self._failures, FAILURE_KINDS)

    def done(self) -> set[tuple]:
        """The keys (`Cell.key`) of all results."""
        return keys(self.results(), KEY)

    def settled(self, retry_failed: bool) -> set[tuple]:
        """The keys that need no work: of all results, and of what failed.

        Parameters
        ----------
        retry_failed : bool
            Whether what failed needs work.
        """
        settled = self.done()
        if not retry_failed:
            for *cell, observations in keys(self.failures(), KEY):
                settled |= {Cell(*cell).key(int(o)) for o in str(observations).split()}
        return settled

    def missing(self, cell: Cell, observations, retry_failed=True) -> list[int]:
        """Those of the observations that have no row yet; failed ones only if to be retried."""
        settled = self.settled(retry_failed)
        return [o for o in observations if cell.key(o) not in settled]

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
        self._mark()
        return self._results.append(rows, KEY)

    def add_calibration(self, rows: list[dict]) -> int:
        """Append the rows of a cell's parameters, as `add` does."""
        self._mark()
        return self._calibration.append(rows, CALIBRATION_KEY)

    def add_failure(self, row: dict) -> None:
        """Append one failed attempt; ``observation`` is text if it failed for several."""
        self._mark()
        self._failures.append([row])

    def _mark(self) -> None:
        """Before the first rows: results without a marker count as something else's."""
        if not self._marker.exists():
            with _kept_file(self._marker) as partial:
                partial.write_text(json.dumps({"schema": SCHEMA}) + "\n")

    def save_draws(self, cell: Cell, observation: int, draws) -> None:
        """Keep posterior draws for pictures.

        Raises
        ------
        StoreError
        """
        with _kept_file(self._draws_path(cell, observation)) as partial:
            np.savez_compressed(partial, draws=np.asarray(draws, np.float32))

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

    @contextlib.contextmanager
    def start(self, name: str):
        """Count a start of claimed work as unfinished while the block runs.

        Yields
        ------
        int
            How many starts before this one ended with the death of their process.
        """
        path = self.folder / ".claims" / f"{name}.starts"
        with open(path, "ab") as file:
            deaths = file.tell()
            file.write(b".")
        try:
            yield deaths
        finally:
            path.unlink()


def _checked(file: LockedCSV, kinds) -> pd.DataFrame:
    frame = file.read()
    check_entries(frame, file.path, kinds)
    return frame


@contextlib.contextmanager
def _kept_file(path):
    try:
        with unfinished_file(path) as partial:
            yield partial
    except OSError as error:
        raise StoreError(f"{path} could not be written ({error}).") from error
