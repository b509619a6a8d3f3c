"""Training on files of simulated batches, one file an epoch."""

import pickle
import re
from collections.abc import Callable
from pathlib import Path

from ..fingerprint import fingerprint
from ..joining import join
from ..simulation_checks import check_counts, usable_simulations
from .regime import Regime, in_order, num_rows


class Presimulation(Regime):
    """Files in natural order (2 before 10), each a list or dictionary of simulated batches.

    Parameters
    ----------
    feed : SimulationFeed
    folder : str or os.PathLike
    max_epochs : int, optional
        Files are left out, or used again from the first, to make this number of epochs.
    loader : callable, optional
        From a file's path to its batches. Default: ``pickle``, for ``*.pkl`` files.
    options : TrainingOptions

    Raises
    ------
    FileNotFoundError
        If there are no files.
    ValueError
        If a file holds no batches, or batches of different sizes.
    """

    def __init__(self, feed, folder, max_epochs: int | None, loader: Callable | None, options):
        if max_epochs is not None:
            check_counts(max_epochs=max_epochs)
        self._feed, self._options = feed, options
        self._load = loader or load_pickle
        files = natural_order(Path(folder), "*" if loader else "*.pkl")
        self.epochs = max_epochs or len(files)
        self._files = [files[i % len(files)] for i in range(self.epochs)]
        # The learning rate's decay needs a number of steps; the first file stands for all.
        inputs, batch_size = self._read(0)
        self.total_steps = self.epochs * (num_rows(inputs) // batch_size)
        self.settings = {
            "regime": "presimulation",
            "files": [f.name for f in self._files],
            "first_file": fingerprint(inputs),
        }

    def epoch(self, seed, round_, epoch):
        inputs, batch_size = self._read(epoch)
        return in_order(self._feed.prepare(inputs), batch_size)

    def _read(self, epoch):
        options = self._options
        batches = self._load(str(self._files[epoch]))
        inputs, batch_size = join_batches(
            batches, lambda batch: self._feed.configurator(batch, **options.conf_args)
        )
        return usable_simulations(inputs, options.drop_invalid), batch_size


def natural_order(folder: Path, pattern: str) -> list[Path]:
    """Files by name, numbers by value.

    Raises
    ------
    FileNotFoundError
        If there are none.
    """
    files = sorted(
        (f for f in folder.glob(pattern) if f.is_file()),
        key=lambda f: [int(t) if t.isdigit() else t for t in re.split(r"(\d+)", f.name)],
    )
    if not files:
        raise FileNotFoundError(f"No presimulated files ({pattern}) in {folder}.")
    return files


def load_pickle(path) -> list[dict] | dict:
    """Read a file of BayesFlow 1.x's ``presimulate_and_save``. Only open files you trust."""
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
    return join(batches), sizes.pop()
