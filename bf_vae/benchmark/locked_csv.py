"""A CSV file that several processes append to, and that a killed one cannot spoil."""

import csv
import fcntl
import io
import os
from pathlib import Path

import pandas as pd


class StoreError(OSError):
    """Results cannot be kept. No fault of what was measured."""


class LockedCSV:
    """Rows in one file; whole ones, whatever happens to the processes that write.

    Every append is one write under a lock that the system frees when its holder dies. Fields hold
    no line breaks, so that what follows the last line break is what a killed process left of a
    row, and is cut off.

    Parameters
    ----------
    path : Path
    columns : sequence of str
    """

    def __init__(self, path: Path, columns):
        self.path, self.columns = Path(path), list(columns)

    def read(self) -> pd.DataFrame:
        """All whole rows; none if there is no file yet."""
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            data = b""
        return self._parse(data[: data.rfind(b"\n") + 1])

    def append(self, rows, key=()) -> int:
        """Add rows in one write; on the disk when this returns.

        Parameters
        ----------
        rows : list of dict
            With the columns of the file; a missing one is left empty.
        key : sequence of str, optional
            Columns that name a row: one that is there already, in these, is left out.

        Returns
        -------
        int
            How many were added.

        Raises
        ------
        StoreError
            If the file has other columns, cannot be written, or the disk is full; it is then as
            before.
        """
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise StoreError(f"{self.path} cannot be written: {error.strerror}.") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            whole = self._cut_torn_line(descriptor)
            self._check_columns(whole)
            if key:
                there = keys(self._parse(whole), key)
                rows = [row for row in rows if tuple(row[k] for k in key) not in there]
            if rows:
                self._write(descriptor, len(whole), self._encode(rows, with_header=not whole))
            return len(rows)
        finally:
            os.close(descriptor)

    def _parse(self, whole: bytes) -> pd.DataFrame:
        return pd.read_csv(io.BytesIO(whole)) if whole else pd.DataFrame(columns=self.columns)

    def _cut_torn_line(self, descriptor) -> bytes:
        data = self.path.read_bytes()
        whole = data[: data.rfind(b"\n") + 1]
        if len(whole) < len(data):
            os.ftruncate(descriptor, len(whole))
        return whole

    def _check_columns(self, whole) -> None:
        there = whole.partition(b"\n")[0].decode().split(",")
        if whole and there != self.columns:
            raise StoreError(
                f"{self.path} has the columns {', '.join(there)}, not {', '.join(self.columns)}: "
                "another version wrote it."
            )

    def _encode(self, rows, with_header) -> bytes:
        text = io.StringIO()
        writer = csv.DictWriter(text, self.columns, lineterminator="\n")
        if with_header:
            writer.writeheader()
        for row in rows:
            writer.writerow({k: _one_line(v) for k, v in row.items()})
        return text.getvalue().encode()

    def _write(self, descriptor, end, data) -> None:
        try:
            os.lseek(descriptor, end, os.SEEK_SET)
            # One write of everything; the system may still take less of it, on a full disk.
            written = os.write(descriptor, data)
            if written < len(data):
                raise OSError(f"only {written} of {len(data)} bytes could be written")
            os.fsync(descriptor)
        except OSError as error:
            os.ftruncate(descriptor, end)
            raise StoreError(
                f"{self.path} could not be written ({error}); it is as it was before. Make room "
                "and start the same command again."
            ) from error


def keys(frame: pd.DataFrame, columns) -> set[tuple]:
    """The rows of a frame, in these columns."""
    return set(frame[list(columns)].itertuples(index=False, name=None))


def _one_line(value):
    return " ".join(value.split()) if isinstance(value, str) else value
