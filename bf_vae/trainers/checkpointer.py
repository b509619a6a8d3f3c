"""Checkpoints: weights, optimizer, best weights and progress, written together or not at all."""

import json

import tensorflow as tf


class Checkpointer:
    """Writes and reads the state of training in one folder.

    TensorFlow's `CheckpointManager` writes each checkpoint aside and then renames it, so that a
    killed process leaves the previous one intact.

    Parameters
    ----------
    path : str or os.PathLike
    max_to_keep : int, optional, default: 3
    """

    def __init__(self, path, max_to_keep: int = 3):
        self.path, self.max_to_keep = str(path), max_to_keep

    @property
    def latest(self) -> str | None:
        """Path of the newest checkpoint, or None."""
        return tf.train.latest_checkpoint(self.path)

    def save(self, epoch: int, variables: dict, progress: dict) -> str:
        """Write one checkpoint.

        Parameters
        ----------
        epoch : int
        variables : dict of list of variables
            By role: "model", "optimizer", "best".
        progress : dict
            Anything that JSON holds.
        """
        shapes = {role: _shapes(group) for role, group in variables.items()}
        state = _Json({"progress": progress, "shapes": shapes})
        groups = {role: _tensors(group) for role, group in variables.items()}
        checkpoint = tf.train.Checkpoint(state=state, **groups)
        manager = tf.train.CheckpointManager(checkpoint, self.path, self.max_to_keep)
        return manager.save(checkpoint_number=epoch)

    def read_progress(self) -> dict:
        """Progress of the newest checkpoint; empty if there is none."""
        return self._read_state().get("progress", {})

    def restore(self, variables: dict) -> None:
        """Set variables, by role as in `save`, to the newest checkpoint's values.

        Raises
        ------
        ValueError
            If the checkpoint belongs to another architecture.
        """
        saved = self._read_state()["shapes"]
        for role, group in variables.items():
            if saved.get(role) != _shapes(group):
                raise ValueError(
                    f"The checkpoint {self.latest} was made by another architecture: its {role} "
                    f"has {len(saved.get(role) or [])} variables, this one {len(group)}, or their "
                    "shapes differ. Build the amortizer with the settings of then, or choose another "
                    "checkpoint_path."
                )
        groups = {role: _tensors(group) for role, group in variables.items()}
        tf.train.Checkpoint(**groups).restore(self.latest).expect_partial()

    def _read_state(self) -> dict:
        if self.latest is None:
            return {}
        state = _Json({})
        try:
            tf.train.Checkpoint(state=state).restore(self.latest).expect_partial()
        except tf.errors.OpError as error:
            raise ValueError(f"{self.latest} is no readable checkpoint: {error}") from error
        if "shapes" not in state.content:
            raise ValueError(
                f"{self.latest} was not written by bf_vae's Trainer. Choose another checkpoint_path."
            )
        return state.content


class _Json(tf.train.experimental.PythonState):
    """A JSON document inside a TensorFlow checkpoint."""

    def __init__(self, content: dict):
        self.content = content

    def serialize(self) -> str:
        return json.dumps(self.content)

    def deserialize(self, string_value: str) -> None:
        self.content = json.loads(string_value)


def _tensors(variables) -> list[tf.Variable]:
    return [getattr(v, "value", v) if not isinstance(v, tf.Variable) else v for v in variables]


def _shapes(variables) -> list[list[int]]:
    return [[int(s) for s in v.shape] for v in variables]
