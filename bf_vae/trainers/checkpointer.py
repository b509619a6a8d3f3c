"""Checkpoints: weights, optimizer, best weights, losses and progress in one file."""

from pathlib import Path

import numpy as np

from .array_file import read_arrays, write_arrays


class Checkpointer:
    """Writes and reads the state of training in one folder.

    Parameters
    ----------
    path : str or os.PathLike
    max_to_keep : int, optional, default: 3
        How many of the newest files stay.

    Raises
    ------
    ValueError
        If the folder holds the checkpoints of another trainer.
    """

    def __init__(self, path, max_to_keep: int = 3):
        self.path, self.max_to_keep = Path(path), max_to_keep
        # TensorFlow's index, as BayesFlow 1.x's Trainer writes it.
        if (self.path / "checkpoint").exists() and not self._files():
            raise ValueError(
                f"The checkpoint in {self.path} was not written by bf_vae's Trainer. Load it with "
                "the trainer that wrote it, or choose another checkpoint_path."
            )

    @property
    def latest(self) -> Path | None:
        """The newest checkpoint, or None."""
        files = self._files()
        return files[-1] if files else None

    def save(self, variables: dict, history: dict[str, np.ndarray], progress: dict) -> None:
        """Write one checkpoint.

        Parameters
        ----------
        variables : dict of list of variables
            By role: "model", "optimizer", "best".
        history : dict of np.ndarray
        progress : dict
            Anything that JSON holds.
        """
        files = self._files()
        arrays = {f"history/{k}": v for k, v in history.items()}
        for role, group in variables.items():
            arrays |= {f"{role}/{i}": np.asarray(v) for i, v in enumerate(group)}
        number = _number(files[-1]) + 1 if files else 1
        write_arrays(self.path / f"checkpoint-{number}.npz", arrays, progress)
        for file in files[: max(0, len(files) + 1 - self.max_to_keep)]:
            file.unlink()

    def read_progress(self) -> dict:
        """Progress of the newest checkpoint; empty if there is none."""
        return read_arrays(self.latest, only_document=True)[1] if self.latest else {}

    def unfinished(self, settings: dict) -> dict | None:
        """Progress of the newest checkpoint, if its run had these settings and is not finished."""
        progress = self.read_progress()
        same = progress.get("settings") == settings
        return progress if same and not progress["finished"] else None

    def restore(self, variables: dict) -> dict[str, np.ndarray]:
        """Set variables, by role as in `save`, to the newest checkpoint's values.

        Returns
        -------
        dict of np.ndarray
            The history.

        Raises
        ------
        ValueError
            If the checkpoint is damaged or belongs to another architecture.
        """
        groups: dict[str, dict] = {}
        for name, array in read_arrays(self.latest)[0].items():
            role, _, key = name.partition("/")
            groups.setdefault(role, {})[key] = array
        for role, group in variables.items():
            self._check_shapes(role, [v.shape for v in groups.get(role, {}).values()], group)
        for role, group in variables.items():
            for i, variable in enumerate(group):
                variable.assign(groups[role][str(i)])
        return groups.get("history", {})

    def _check_shapes(self, role, saved, variables):
        if saved != [tuple(v.shape) for v in variables]:
            raise ValueError(
                f"The checkpoint {self.latest} was made by another architecture or optimizer: its "
                f"{role} has {len(saved)} variables, this one {len(variables)}, or their shapes "
                "differ. Build both as they were, or choose another checkpoint_path."
            )

    def _files(self) -> list[Path]:
        files = self.path.glob("checkpoint-*.npz")
        # Others are copies that a user made.
        return sorted((f for f in files if _digits(f).isdecimal()), key=_number)


def _digits(file: Path) -> str:
    return file.stem.partition("-")[2]


def _number(file: Path) -> int:
    return int(_digits(file))
