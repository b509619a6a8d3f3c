"""CP-VAE and UP-VAE, ours and the paper's."""

import keras

from ...amortizers import CPVAEAmortizer, UPVAEAmortizer
from ...trainers import Trainer
from .method import Method, Posterior

AMORTIZERS = {"cp-vae": CPVAEAmortizer, "up-vae": UPVAEAmortizer}
VAE_METHODS = ("cp-vae", "up-vae", "cp-vae-paper", "up-vae-paper")
LEARNING_RATE = 2e-3


def make_vae(name: str, support, seed: int):
    """One of ``VAE_METHODS``, untrained; the paper's know no support."""
    is_paper = name.endswith("-paper")
    options = {"preset": "paper"} if is_paper else {"support": support}
    return AMORTIZERS[name.removesuffix("-paper")](seed=seed, **options)


class VAE(Method):
    """The amortizers of this package, with their defaults or with ``preset="paper"``.

    A tenth of the simulations is held out to choose the best epoch. The default knows the support
    of the prior; the paper's preset does not.

    Parameters
    ----------
    name : str
        One of ``VAE_METHODS``.
    epochs : int, optional, default: 200
    progress_bar : bool, optional, default: False
    """

    def __init__(self, name, epochs=None, progress_bar=False):
        super().__init__(name, epochs)
        self.progress_bar = progress_bar

    def fit(self, simulator, simulations, seed, observation=None):
        # Initial weights come from Keras' global generator.
        keras.utils.set_random_seed(seed)
        amortizer = self.make_amortizer(simulator, seed)
        trainer = Trainer(
            amortizer, default_lr=LEARNING_RATE, seed=seed, progress_bar=self.progress_bar
        )
        # A small budget needs as many steps as a large one.
        batch_size = min(128, len(simulations["parameters"]) // 10)
        history = self.train(trainer, simulations, batch_size)
        self.settings |= {
            "preset": "paper" if self.name.endswith("-paper") else "default",
            "epochs": len(history["val_losses"]),
            "batch_size": batch_size,
            "learning_rate": LEARNING_RATE,
        }

        def draw(n, y):
            return amortizer.sample({"observables": y}, n, seed=seed)

        return Posterior(draw, draw_many=draw)

    def make_amortizer(self, simulator, seed):
        """The amortizer, untrained."""
        return make_vae(self.name, simulator.support, seed)

    def train(self, trainer, simulations, batch_size) -> dict:
        """Train and return the losses."""
        return trainer.train_offline(
            simulations,
            epochs=self.epochs or 200,
            batch_size=batch_size,
            validation_sims=0.1,
            early_stopping=True,
        )
