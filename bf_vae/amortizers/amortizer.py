"""What every amortizer does in the same way."""

from pathlib import Path

from ..compat import AmortizerModel


class Amortizer(AmortizerModel):
    """Base of all amortizers, which define ``compute_losses`` and ``get_build_config``."""

    def build_from_config(self, config):
        self.build(config["input_shape"])

    def compute_loss(self, input_dict, training=False, seed=None, **kwargs):
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


def check_model_path(path) -> None:
    """Raise a ValueError unless the path ends in ``.keras``."""
    if Path(path).suffix != ".keras":
        raise ValueError(f"A model's file ends in .keras, got {str(path)!r}.")
