"""Training on new simulations in every iteration."""

from ..generative_model import derived_seed
from ..simulation_checks import check_counts
from .regime import Regime, in_order


class OnlineSimulations(Regime):
    """Simulations that are drawn at the start of each epoch and used once.

    Parameters
    ----------
    feed : SimulationFeed
    epochs, iterations_per_epoch, batch_size : int
    options : TrainingOptions
    """

    name = "online"

    def __init__(self, feed, epochs: int, iterations_per_epoch: int, batch_size: int, options):
        check_counts(
            epochs=epochs, iterations_per_epoch=iterations_per_epoch, batch_size=batch_size
        )
        self._feed, self._options = feed, options
        self._iterations, self._batch_size = iterations_per_epoch, batch_size
        self.epochs, self.total_steps = epochs, epochs * iterations_per_epoch
        self.settings = {
            "regime": self.name,
            "epochs": epochs,
            "iterations_per_epoch": iterations_per_epoch,
            "batch_size": batch_size,
        }

    def epoch(self, seed, round_, epoch):
        return in_order(self._simulate(seed, epoch), self._batch_size)

    def _simulate(self, seed, epoch):
        size = self._iterations * self._batch_size
        inputs = self._feed.simulate(size, self._options, derived_seed(*seed, 0, epoch))
        return self._feed.prepare(inputs)
