"""sbibm's stored observations, true parameters and reference posteriors.

They are plain files inside the installed package, read here without importing sbibm: importing it
needs PyTorch, reading its files does not.
"""

from importlib.util import find_spec
from operator import index as as_integer
from pathlib import Path

import numpy as np

NUM_OBSERVATIONS = 10


def task_files(folder: str) -> Path:
    """Folder with the files of one sbibm task.

    Raises
    ------
    ImportError
        If sbibm is not installed.
    """
    spec = find_spec("sbibm")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError(
            "The benchmark's observations and reference posteriors are part of sbibm. Install its "
            "files, without its large dependencies, with: pip install --no-deps sbibm"
        )
    return Path(next(iter(spec.submodule_search_locations)), "tasks", folder, "files")


def read(folder: str, index: int, file: str) -> np.ndarray:
    """One of the CSV files that belong to one observation.

    Parameters
    ----------
    folder : str
        Name of the task's folder in sbibm.
    index : int
        Number of the observation, 1 to 10.
    file : str
        Name of the file, such as ``"observation.csv"``.

    Returns
    -------
    np.ndarray
        The rows of the file, float32 of shape (rows, columns).

    Raises
    ------
    ValueError
        If there is no observation of that number.
    ImportError
        If sbibm is not installed.
    """
    try:
        number = as_integer(index)
    except TypeError:
        number = 0
    if not 1 <= number <= NUM_OBSERVATIONS:
        raise ValueError(f"Observations are numbered 1 to {NUM_OBSERVATIONS}; got {index!r}.")
    path = task_files(folder) / f"num_observation_{number}" / file
    return np.loadtxt(path, delimiter=",", skiprows=1, ndmin=2).astype(np.float32)
