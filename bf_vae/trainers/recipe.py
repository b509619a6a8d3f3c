"""How the default estimators are trained, by ``bf-vae fit``, `fit_compiled` and the benchmark."""

import numpy as np

from ..amortizers import CPVAELikelihoodAmortizer

EPOCHS, LEARNING_RATE, HELD_OUT, LARGEST_BATCH = 200, 4e-3, 0.1, 128


def batch_size(num_simulations: int) -> int:
    """A tenth of the simulations at most.

    A small budget needs as many steps as a large one; with fewer the posterior stays too wide.
    """
    return min(LARGEST_BATCH, num_simulations // 10)


def train(trainer, simulations: dict, epochs: int = EPOCHS) -> dict:
    """Train with a tenth of the simulations held out, and return the losses."""
    return trainer.train_offline(
        simulations,
        epochs=epochs,
        batch_size=batch_size(len(simulations["parameters"])),
        validation_sims=HELD_OUT,
        early_stopping=True,
    )


def train_resimulated(trainer, simulations: dict, epochs: int = EPOCHS) -> dict:
    """Train once as `train` does and once on data that a learned likelihood simulates anew.

    Held-out simulations choose between the two; see `Trainer.train_with_likelihood`.
    """
    y = simulations["observables"]
    counts = bool(np.all(y == np.round(y)))
    return trainer.train_with_likelihood(
        simulations,
        epochs,
        batch_size(len(y)),
        CPVAELikelihoodAmortizer(counts=counts, seed=trainer.seed),
        validation_sims=HELD_OUT,
        shares=(0.0, 1.0),
    )


def kept_share(history: dict) -> float:
    """The share of data simulated anew in the training that `train_resimulated` kept."""
    shares = history["shares"]
    return float(shares.loc[shares["validation_loss"].idxmin(), "share"])
