"""A CSV file that several processes append to, and that a killed one cannot spoil."""

import csv
import fcntl
import io
import os
from pathlib import Path

import pandas as pd


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
        whole = data[: data.rfind(b"\n") + 1]
        if not whole:
            return pd.DataFrame(columns=self.columns)
        return pd.read_csv(io.BytesIO(whole))

    def append(self, rows, is_new=lambda row, existing: True) -> int:
        """Add rows in one write; on the disk when this returns.

        Parameters
        ----------
        rows : list of dict
            With the columns of the file; a missing one is left empty.
        is_new : callable, optional
            ``is_new(row, existing)`` is asked under the lock, with all rows so far.

        Returns
        -------
        int
            How many were added.

        Raises
        ------
        OSError
            If the file cannot be written, or the disk is full; the file is then as before.
        """
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            end = self._cut_torn_line(descriptor)
            existing = self.read()
            rows = [row for row in rows if is_new(row, existing)]
            if rows:
                self._write(descriptor, end, self._encode(rows, with_header=end == 0))
            return len(rows)
        finally:
            os.close(descriptor)

    def _cut_torn_line(self, descriptor) -> int:
        data = self.path.read_bytes()
        end = data.rfind(b"\n") + 1
        if end < len(data):
            os.ftruncate(descriptor, end)
        return end

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
            raise OSError(
                f"{self.path} could not be written ({error}); it is as it was before. Make room "
                "and start the same command again."
            ) from error


def _one_line(value):
    return " ".join(value.split()) if isinstance(value, str) else value
