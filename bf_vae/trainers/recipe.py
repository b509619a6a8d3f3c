"""How the default estimators are trained, by ``bf-vae fit``, `fit_compiled` and the benchmark."""

import numpy as np

from ..amortizers import CPVAELikelihoodAmortizer

EPOCHS, LEARNING_RATE, HELD_OUT, LARGEST_BATCH = 200, 4e-3, 0.1, 128
# Nats. With less, a second training takes its time and mends little.
LEAST_OVERFITTING = 0.5


def batch_size(num_simulations: int) -> int:
    """A tenth of the simulations at most.

    A small budget needs as many steps as a large one; with fewer the posterior stays too wide.
    """
    return min(LARGEST_BATCH, num_simulations // 10)


def train(trainer, simulations: dict, epochs: int = EPOCHS, resimulate: bool = True) -> dict:
    """Train with a tenth of the simulations held out, and return the losses.

    A network that overfits by half a nat is trained again on data that a learned likelihood
    simulates anew, if ``resimulate``; held-out simulations choose between the two.
    """
    y = simulations["observables"]
    counts = bool(np.all(y == np.round(y)))
    return trainer.train_with_likelihood(
        simulations,
        epochs,
        batch_size(len(y)),
        CPVAELikelihoodAmortizer(counts=counts, seed=trainer.seed),
        validation_sims=HELD_OUT,
        shares=(0.0, 1.0) if resimulate else (0.0,),
        least_overfitting=LEAST_OVERFITTING,
    )


def kept_share(history: dict) -> float:
    """The share of data simulated anew in the training that was kept."""
    shares = history["shares"]
    return float(shares.loc[shares["validation_loss"].idxmin(), "share"])
