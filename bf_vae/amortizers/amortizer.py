"""What every amortizer does in the same way."""

from pathlib import Path

from ..compat import AmortizerModel


class Amortizer(AmortizerModel):
    """Base of all amortizers.

    They define ``compute_losses``, ``meaning`` and ``get_build_config``, and compute in single
    precision, whatever Keras's global policy.
    """

    def __init__(self, name=None):
        super().__init__(name=name, dtype="float32")

    def build_from_config(self, config):
        self.build(config["input_shape"])

    def check_meaning(self, saved: dict, checkpoint: str = "The checkpoint") -> None:
        """Raise a ValueError if saved weights would mean something else in this amortizer.

        Parameters
        ----------
        saved : dict
            `meaning` of the amortizer that they were saved from, as far as it is known.
        checkpoint : str, optional
            What the message calls it.
        """
        now = self.meaning()
        if differing := [k for k in now if saved.get(k, now[k]) != now[k]]:
            told = ", ".join(f"{k}={saved[k]} (now {now[k]})" for k in differing)
            raise ValueError(
                f"{checkpoint} was made with other options: {told}. Build the amortizer with its "
                "options, or choose another checkpoint_path."
            )

    def compute_loss(self, input_dict, training=False, seed=None):
        """The loss that is trained on, averaged over the batch, in nats; see the class.

        Parameters
        ----------
        input_dict : dict
            Simulations; see the class.
        training : bool, optional, default: False
        seed : int, optional
            Of the latent draws. Default: the network's own generator.

        Returns
        -------
        scalar tf.Tensor
        """
        return self.compute_losses(input_dict, training=training, seed=seed)["loss"]

    def save(self, filepath, *args, **kwargs):
        """Save to a ``.keras`` file, which `keras.saving.load_model` reads.

        Raises
        ------
        RuntimeError
            If the amortizer has no weights yet.
        ValueError
            For another suffix, whose format would not be read again.
        """
        if not self.built:
            raise RuntimeError(
                "Nothing to save: this amortizer has no weights yet. Train it first."
            )
        check_model_path(filepath)
        super().save(filepath, *args, **kwargs)


def check_weights(amortizer) -> None:
    """Raise a RuntimeError unless the amortizer has been built."""
    if not amortizer.built:
        raise RuntimeError("This amortizer has no weights yet: train it or load a saved one.")


def check_model_path(path) -> None:
    """Raise a ValueError unless the path ends in ``.keras``."""
    if Path(path).suffix != ".keras":
        raise ValueError(f"A model's file ends in .keras, got {str(path)!r}.")
