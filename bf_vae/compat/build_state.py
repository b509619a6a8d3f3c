"""The shapes that an amortizer was built for, and what its weights mean, in its checkpoints."""

import json

import tensorflow as tf


class BuildState(tf.train.experimental.PythonState):
    """Builds an amortizer that has no weights yet from the checkpoint that is being restored.

    Without it, a restored amortizer could not sample before it has seen parameters once; and one
    with another architecture would be restored in part, one with another support in full, in
    silence.

    Parameters
    ----------
    amortizer : Amortizer
    """

    def __init__(self, amortizer):
        self.amortizer = amortizer

    def serialize(self) -> str:
        config = self.amortizer.get_build_config()
        return json.dumps(
            {
                "build_config": config,
                "weights": self._shapes(),
                "meaning": self.amortizer.meaning(),
            }
        )

    def deserialize(self, string_value: str) -> None:
        """Build the amortizer if needed, and compare its weights with the checkpoint's.

        Raises
        ------
        ValueError
            If the checkpoint belongs to another architecture, or was made with other options.
        """
        saved = json.loads(string_value)
        if saved["build_config"] is None:
            return
        self.amortizer.check_meaning(saved.get("meaning", {}))
        try:
            if not self.amortizer.built:
                # TensorFlow restores each weight as it is made, and refuses another shape.
                self.amortizer.build_from_config(saved["build_config"])
        except ValueError as error:
            raise self._other_architecture(saved["weights"]) from error
        if saved["weights"] != self._shapes():
            raise self._other_architecture(saved["weights"])

    def _other_architecture(self, saved) -> ValueError:
        return ValueError(
            f"The checkpoint was made by another architecture: it has {len(saved)} weights, this "
            f"amortizer {len(self._shapes())}, or their shapes differ. Build the amortizer with "
            "its settings, or choose another checkpoint_path."
        )

    def _shapes(self) -> list[list[int]]:
        return [[int(size) for size in weight.shape] for weight in self.amortizer.weights]
