"""Epochs of simulations read from files."""

import pickle
import re
from pathlib import Path

import numpy as np


def presimulation_files(folder, max_epochs: int | None, only_pickles: bool) -> list[Path]:
    """One file per epoch, in natural order (2 before 10), repeated up to ``max_epochs``.

    Raises
    ------
    FileNotFoundError
        If there are none.
    """
    pattern = "*.pkl" if only_pickles else "*"
    files = sorted(
        (f for f in Path(folder).glob(pattern) if f.is_file()),
        key=lambda f: [int(t) if t.isdigit() else t for t in re.split(r"(\d+)", f.name)],
    )
    if not files:
        raise FileNotFoundError(f"No presimulated files ({pattern}) in {folder}.")
    return [files[i % len(files)] for i in range(max_epochs or len(files))]


def load_pickle(path) -> list[dict] | dict:
    """Read a file as BayesFlow 1.x's ``presimulate_and_save`` writes it. Only open files you trust."""
    with open(path, "rb") as file:
        return pickle.load(file)


def join_batches(batches, configurator) -> tuple[dict, int]:
    """One epoch's batches as one set of configured arrays, and the batch size.

    Parameters
    ----------
    batches : list or dict of dict
        Each entry is a generative model's output.
    configurator : callable

    Raises
    ------
    ValueError
        If the file holds no batches, or batches of different sizes.
    """
    batches = list(batches.values()) if isinstance(batches, dict) else list(batches)
    if not batches or not all(hasattr(b, "items") for b in batches):
        raise ValueError(
            "A presimulated file must hold a list or dictionary of simulated batches, each a "
            "dictionary of arrays."
        )
    batches = [{k: v for k, v in configurator(b).items() if v is not None} for b in batches]
    sizes = {len(v) for b in batches for v in b.values()}
    if len(sizes) != 1:
        raise ValueError(f"All batches of a file need the same size, got {sorted(sizes)}.")
    return {k: np.concatenate([b[k] for b in batches]) for k in batches[0]}, sizes.pop()
