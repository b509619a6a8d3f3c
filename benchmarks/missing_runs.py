"""Trainings one after another, each recorded before the next."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from bf_vae.benchmark.locked_csv import LockedCSV, keys

# Trainings in one process: TensorFlow keeps what XLA compiles, and crashes after some dozens.
PER_PROCESS = 16


def train_missing(path: Path, columns, key, cells, run) -> None:
    """Append a row for each cell that the file does not hold yet.

    Parameters
    ----------
    path : Path
    columns : sequence of str
        Of the file.
    key : sequence of str
        Those that name a row.
    cells : iterable of tuple
        Their values, in this order.
    run : callable
        From these values to the other columns' entries, a dictionary; called in processes of
        their own.
    """
    file = LockedCSV(path, columns)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, spawn, max_tasks_per_child=PER_PROCESS) as process:
        for cell in cells:
            if cell in keys(file.read(), key):
                continue
            row = dict(zip(key, cell, strict=True)) | process.submit(run, *cell).result()
            file.append([row], key)
            print(row, flush=True)
