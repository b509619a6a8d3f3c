"""CP-VAE and UP-VAE, ours and the paper's."""

from ...trainers import Trainer
from ...trainers.recipe import (
    EPOCHS,
    LEARNING_RATE,
    batch_size,
    is_paper,
    kept_share,
    make_trainer,
    train,
)
from .method import Method, Posterior


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
        epochs, paper = self.epochs or EPOCHS, is_paper(self.name)
        history = train_whole(trainer, simulations, epochs, resimulate=not paper)
        self.settings |= {
            "preset": "paper" if paper else "default",
            "epochs": len(history["val_losses"]),
            "batch_size": batch_size(len(simulations["parameters"])),
            "learning_rate": LEARNING_RATE,
            "resimulated_share": kept_share(history),
        }

        def draw(n, y):
            return trainer.amortizer.sample({"observables": y}, n, seed=seed)

        return Posterior(draw, draw_many=draw)
