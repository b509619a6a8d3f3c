"""CP-VAE and UP-VAE, ours and the paper's."""

import keras

from ...amortizers import CPVAEAmortizer, UPVAEAmortizer
from ...trainers import Trainer
from .method import Method, Posterior

AMORTIZERS = {"cp-vae": CPVAEAmortizer, "up-vae": UPVAEAmortizer}
VAE_METHODS = ("cp-vae", "up-vae", "cp-vae-paper", "up-vae-paper")


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
        is_paper = self.name.endswith("-paper")
        options = {"preset": "paper"} if is_paper else {"support": simulator.support}
        amortizer = AMORTIZERS[self.name.removesuffix("-paper")](seed=seed, **options)
        trainer = Trainer(amortizer, default_lr=2e-3, seed=seed, progress_bar=self.progress_bar)
        batch_size = min(128, len(simulations["parameters"]) // 2)
        history = trainer.train_offline(
            simulations,
            epochs=self.epochs or 200,
            batch_size=batch_size,
            validation_sims=0.1,
            early_stopping=True,
        )
        self.settings = {
            "preset": "paper" if is_paper else "default",
            "epochs": len(history["val_losses"]),
            "batch_size": batch_size,
            "learning_rate": 2e-3,
        }
        return Posterior(lambda n, y: amortizer.sample({"observables": y}, n, seed=seed))
