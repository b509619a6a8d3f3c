"""How the default estimators are trained, by ``bf-vae fit``, `fit_compiled` and the benchmark."""

import keras

from ..amortizers import CPVAEAmortizer, UPVAEAmortizer
from .trainer import Trainer

AMORTIZERS = {"cp-vae": CPVAEAmortizer, "up-vae": UPVAEAmortizer}
VAE_METHODS = ("cp-vae", "up-vae", "cp-vae-paper", "up-vae-paper")
EPOCHS, LEARNING_RATE, HELD_OUT, LARGEST_BATCH = 200, 4e-3, 0.1, 128
# A tenth is held out, and a batch of two is a tenth too.
FEWEST = 20
# Nats. With less, a second training takes its time and mends little.
LEAST_OVERFITTING = 0.5


def is_paper(name: str) -> bool:
    """Whether this method is one of the paper's presets."""
    return name.endswith("-paper")


def make_trainer(name: str, support, seed: int, progress_bar=False, **options) -> Trainer:
    """The trainer of one of ``VAE_METHODS``, with options of its network.

    The paper's know no support.
    """
    # Initial weights come from Keras' global generator.
    keras.utils.set_random_seed(seed)
    options |= {"preset": "paper"} if is_paper(name) else {"support": support}
    amortizer = AMORTIZERS[name.removesuffix("-paper")](seed=seed, **options)
    return Trainer(amortizer, default_lr=LEARNING_RATE, seed=seed, progress_bar=progress_bar)


def batch_size(num_simulations: int) -> int:
    """A tenth of the simulations at most.

    A small budget needs as many steps as a large one; with fewer the posterior stays too wide.

    Raises
    ------
    ValueError
        For fewer than 20 simulations.
    """
    if num_simulations < FEWEST:
        raise ValueError(
            f"{num_simulations} simulations are too few: there must be {FEWEST} or more."
        )
    return min(LARGEST_BATCH, num_simulations // 10)


def train(trainer, simulations: dict, epochs: int = EPOCHS, resimulate=True, **options) -> dict:
    """Train with a tenth of the simulations held out, and return the losses.

    A network that overfits by half a nat is trained again on data that a learned likelihood
    simulates anew, if ``resimulate``; held-out simulations choose between the two. Options are
    those of `Trainer.train_with_likelihood`.
    """
    if "batch_size" not in options:
        options["batch_size"] = batch_size(len(simulations["parameters"]))
    options = {"validation_sims": HELD_OUT, **options}
    if not resimulate:
        options["shares"] = (0.0,)
    return trainer.train_with_likelihood(
        simulations, epochs, least_overfitting=LEAST_OVERFITTING, **options
    )


def kept_share(history: dict) -> float:
    """The share of data simulated anew in the training that was kept."""
    shares = history["shares"]
    return float(shares.loc[shares["validation_loss"].idxmin(), "share"])
