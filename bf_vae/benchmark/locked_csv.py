"""A CSV file that several processes append to, and that a killed one cannot spoil."""

import csv
import fcntl
import io
import os
from pathlib import Path

import pandas as pd

from ..unfinished_file import check_writable


class StoreError(OSError):
    """Results cannot be kept. No fault of what was measured."""


class LockedCSV:
    """Rows in one file; whole ones, whatever happens to the processes that write.

    Every append is one write under a lock that the system frees when its holder dies. Fields hold
    no line breaks, so that what follows the last line break is what a killed process left of a
    row, and is cut off; unless it has all fields: then an editor took the line break alone.
    Line ends and the byte order mark of other systems do no harm.

    Parameters
    ----------
    path : Path
    columns : sequence of str
    """

    def __init__(self, path: Path, columns):
        self.path, self.columns = Path(path), list(columns)

    def read(self) -> pd.DataFrame:
        """All whole rows; none if there is no file yet.

        Raises
        ------
        StoreError
            If the file has other columns.
        ValueError
            If a line has too few or too many fields, or the file is no text.
        """
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            data = b""
        return self._parse(self._whole(data))

    def check_writable(self) -> None:
        """Raise what `append` would, before there is anything to add."""
        if self.path.exists():
            self.append([])
        else:
            check_writable(self.path)

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
        ValueError
            As `read`.
        """
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise StoreError(f"{self.path} cannot be written: {error.strerror}.") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            whole = self._cut_torn_line(descriptor)
            frame = self._parse(whole)
            if key:
                there = keys(frame, key)
                rows = [row for row in rows if tuple(row[k] for k in key) not in there]
            if rows:
                self._write(descriptor, len(whole), self._encode(rows, whole))
            return len(rows)
        finally:
            os.close(descriptor)

    def _parse(self, whole: bytes) -> pd.DataFrame:
        if not whole:
            return pd.DataFrame(columns=self.columns)
        self._check(whole)
        return pd.read_csv(io.BytesIO(whole))

    def _whole(self, data: bytes) -> bytes:
        """Without the torn line at the end; one of all fields may lack its line break."""
        end = data.rfind(b"\n") + 1
        try:
            # Strict: quotes that are not closed are an error.
            last = next(_fields(data[end:], strict=True), [])
        except (UnicodeDecodeError, csv.Error):
            last = []
        return data if len(last) == len(self.columns) else data[:end]

    def _cut_torn_line(self, descriptor) -> bytes:
        data = self.path.read_bytes()
        whole = self._whole(data)
        if len(whole) < len(data):
            os.ftruncate(descriptor, len(whole))
        return whole

    def _check(self, whole: bytes) -> None:
        """Raise unless the columns are right, and every line has as many fields."""
        try:
            lines = _fields(whole)
            self._check_columns(next(lines))
            for fields in lines:
                if fields and len(fields) != len(self.columns):
                    raise ValueError(
                        f"line {lines.line_num} has {len(fields)} fields, not "
                        f"{len(self.columns)}: mend or delete it"
                    )
        except (ValueError, csv.Error) as error:
            raise ValueError(f"{self.path} cannot be read: {error}.") from error

    def _check_columns(self, there) -> None:
        if there != self.columns:
            differing = sorted(set(there) ^ set(self.columns))
            raise StoreError(
                f"{self.path} has the columns {', '.join(there)}, not {', '.join(self.columns)}: "
                "another version wrote it, or an editor changed it. They differ in "
                f"{', '.join(differing) or 'their order'}."
            )

    def _encode(self, rows, whole) -> bytes:
        text = io.StringIO()
        writer = csv.DictWriter(text, self.columns, lineterminator="\n")
        if not whole:
            writer.writeheader()
        elif not whole.endswith(b"\n"):
            text.write("\n")
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


def _fields(data: bytes, **options):
    """Reader of the lines' fields."""
    return csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), **options)


def _one_line(value):
    return " ".join(value.split()) if isinstance(value, str) else value
