"""Simulations that training drew itself, kept beside its checkpoints."""

import warnings
from collections.abc import Callable

from .array_file import read_arrays, write_arrays
from .checkpointer import Checkpointer


class SimulationStore:
    """Draws each set of simulations once, also if the run is cut off and started again.

    Parameters
    ----------
    checkpointer : Checkpointer or None
        Of the folder. None keeps nothing.
    """

    def __init__(self, checkpointer: Checkpointer | None):
        self.checkpointer = checkpointer

    def get_or_draw(self, name: str, key: dict, draw: Callable[[], dict]) -> dict:
        """The simulations kept under this name, or new ones.

        Kept ones are used with a warning if their run was cut off before its first checkpoint: by
        an error, maybe, in a simulator that has been mended since.

        Parameters
        ----------
        name : str
            Of the file.
        key : dict
            The run that they belong to, with its number ``run``; those of another are replaced.
        draw : callable
            Gives a dictionary of arrays of numbers.
        """
        if self.checkpointer is None:
            return draw()
        file = self.checkpointer.path / f"simulations-{name}.npz"
        if file.exists():
            inputs, kept_for = read_arrays(file)
            if kept_for == key:
                self._warn_of_no_checkpoint(file, key)
                return inputs
        inputs = draw()
        write_arrays(file, inputs, key)
        return inputs

    def _warn_of_no_checkpoint(self, file, key):
        progress = self.checkpointer.read_progress()
        if not progress or progress["seed"][-1] != key["run"]:
            warnings.warn(
                f"The simulations in {file} are used, drawn by an earlier run that ended before "
                "its first checkpoint. If the simulator has changed since, delete this file.",
                stacklevel=6,
            )
