"""Simulations that training drew itself, kept beside its checkpoints."""

from collections.abc import Callable
from pathlib import Path

from .array_file import read_arrays, write_arrays


class SimulationStore:
    """Draws each set of simulations once, also if the run is cut off and started again.

    Parameters
    ----------
    path : str, os.PathLike or None
        Folder of the checkpoints. None keeps nothing.
    """

    def __init__(self, path):
        self.path = None if path is None else Path(path)

    def get_or_draw(self, name: str, key: dict, draw: Callable[[], dict]) -> dict:
        """The simulations kept under this name, or new ones.

        Parameters
        ----------
        name : str
            Of the file.
        key : dict
            The run that they belong to; those of another run are replaced.
        draw : callable
            Gives a dictionary of arrays of numbers.
        """
        if self.path is None:
            return draw()
        file = self.path / f"simulations-{name}.npz"
        if file.exists():
            inputs, kept_for = read_arrays(file)
            if kept_for == key:
                return inputs
        inputs = draw()
        write_arrays(file, inputs, key)
        return inputs
