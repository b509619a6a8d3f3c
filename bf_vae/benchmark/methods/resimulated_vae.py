"""CP-VAE trained with a learned likelihood as a second simulator."""

import numpy as np

from ...amortizers import CPVAEAmortizer, CPVAELikelihoodAmortizer
from .vae import VAE


class ResimulatedVAE(VAE):
    """`Trainer.train_with_likelihood`: plain training and training on data simulated anew.

    Held-out simulations choose between the two; the seconds are those of both and of the
    likelihood.
    """

    def make_amortizer(self, simulator, seed):
        return CPVAEAmortizer(support=simulator.support, seed=seed)

    def train(self, trainer, simulations, batch_size):
        y = simulations["observables"]
        counts = bool(np.all(y == np.round(y)))
        likelihood = CPVAELikelihoodAmortizer(counts=counts, seed=trainer.seed)
        history = trainer.train_with_likelihood(
            simulations, self.epochs or 200, batch_size, likelihood, shares=(0.0, 1.0)
        )
        shares = history["shares"]
        best = shares.loc[shares["validation_loss"].idxmin(), "share"]
        self.settings = {"counts": counts, "share": float(best)}
        return history
