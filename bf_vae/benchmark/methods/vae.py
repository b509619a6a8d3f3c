"""CP-VAE and UP-VAE, ours and the paper's."""

import keras

from ...amortizers import CPVAEAmortizer, UPVAEAmortizer
from ...trainers import Trainer
from ...trainers.recipe import EPOCHS, LEARNING_RATE, batch_size, kept_share, train
from .method import Method, Posterior

AMORTIZERS = {"cp-vae": CPVAEAmortizer, "up-vae": UPVAEAmortizer}
VAE_METHODS = ("cp-vae", "up-vae", "cp-vae-paper", "up-vae-paper")


def make_trainer(name: str, support, seed: int, progress_bar=False, **options) -> Trainer:
    """The trainer of one of ``VAE_METHODS``, with options of its network.

    The paper's know no support.
    """
    # Initial weights come from Keras' global generator.
    keras.utils.set_random_seed(seed)
    is_paper = name.endswith("-paper")
    options |= {"preset": "paper"} if is_paper else {"support": support}
    amortizer = AMORTIZERS[name.removesuffix("-paper")](seed=seed, **options)
    return Trainer(amortizer, default_lr=LEARNING_RATE, seed=seed, progress_bar=progress_bar)


def train_whole(trainer: Trainer, simulations: dict, *args, **options) -> dict:
    """`recipe.train`; Ctrl-C is raised, as a training cut short is no result.

    Raises
    ------
    KeyboardInterrupt
    """
    history = train(trainer, simulations, *args, **options)
    if trainer.interrupted:
        raise KeyboardInterrupt
    return history


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
        trainer = make_trainer(self.name, simulator.support, seed, self.progress_bar)
        is_paper = self.name.endswith("-paper")
        epochs = self.epochs or EPOCHS
        history = train_whole(trainer, simulations, epochs, resimulate=not is_paper)
        self.settings |= {
            "preset": "paper" if is_paper else "default",
            "epochs": len(history["val_losses"]),
            "batch_size": batch_size(len(simulations["parameters"])),
            "learning_rate": LEARNING_RATE,
            "resimulated_share": kept_share(history),
        }

        def draw(n, y):
            return trainer.amortizer.sample({"observables": y}, n, seed=seed)

        return Posterior(draw, draw_many=draw)
