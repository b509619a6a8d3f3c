"""CP-VAE trained with a learned likelihood as a second simulator."""

from ...trainers.recipe import EPOCHS, kept_share, train_resimulated
from .vae import VAE


class ResimulatedVAE(VAE):
    """`Trainer.train_with_likelihood`: plain training and training on data simulated anew.

    Held-out simulations choose between the two; the seconds are those of both and of the
    likelihood.
    """

    network = "cp-vae"

    def train(self, trainer, simulations):
        history = train_resimulated(trainer, simulations, self.epochs or EPOCHS)
        self.settings = {"share": kept_share(history)}
        return history
