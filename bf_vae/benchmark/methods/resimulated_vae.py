"""CP-VAE trained with a learned likelihood as a second simulator."""

import numpy as np

from ...amortizers import CPVAELikelihoodAmortizer
from ...trainers.recipe import EPOCHS, HELD_OUT, batch_size
from .vae import VAE


class ResimulatedVAE(VAE):
    """`Trainer.train_with_likelihood`: plain training and training on data simulated anew.

    Held-out simulations choose between the two; the seconds are those of both and of the
    likelihood.
    """

    network = "cp-vae"

    def train(self, trainer, simulations):
        y = simulations["observables"]
        counts = bool(np.all(y == np.round(y)))
        likelihood = CPVAELikelihoodAmortizer(counts=counts, seed=trainer.seed)
        history = trainer.train_with_likelihood(
            simulations,
            self.epochs or EPOCHS,
            batch_size(len(y)),
            likelihood,
            validation_sims=HELD_OUT,
            shares=(0.0, 1.0),
        )
        shares = history["shares"]
        best = shares.loc[shares["validation_loss"].idxmin(), "share"]
        self.settings = {"counts": counts, "share": float(best)}
        return history
