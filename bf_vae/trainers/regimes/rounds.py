"""Training in rounds, each with more simulations than the one before."""

from ..description import description
from ..generative_model import derived_seed
from ..joining import join
from ..simulation_checks import check_batch_size, check_counts
from .offline import OfflineSimulations
from .regime import Regime


class RoundSimulations(Regime):
    """In each round, all simulations so far and ``sim_per_round`` new ones.

    Parameters
    ----------
    feed : SimulationFeed
    store : SimulationStore
        Keeps the simulations of every round.
    rounds, sim_per_round, epochs, batch_size : int
    options : TrainingOptions
    """

    def __init__(self, feed, store, rounds, sim_per_round, epochs, batch_size, options):
        check_counts(
            rounds=rounds, sim_per_round=sim_per_round, epochs=epochs, batch_size=batch_size
        )
        check_batch_size(sim_per_round, batch_size)
        self._feed, self._store, self._options = feed, store, options
        self._sim_per_round, self._batch_size = sim_per_round, batch_size
        self.rounds, self.epochs = rounds, epochs
        self.total_steps = epochs * sum(
            r * sim_per_round // batch_size for r in range(1, rounds + 1)
        )
        self.settings = {
            "regime": "rounds",
            "rounds": rounds,
            "sim_per_round": sim_per_round,
            "epochs": epochs,
            "batch_size": batch_size,
        }
        self._drawn: list[dict] = []
        self._joined: OfflineSimulations | None = None

    def epoch(self, seed, round_, epoch):
        while len(self._drawn) <= round_:
            self._drawn.append(self._feed.prepare(self._draw(seed, len(self._drawn))))
            self._joined = None
        if self._joined is None:
            self._joined = OfflineSimulations(join(self._drawn), self.epochs, self._batch_size)
        return self._joined.epoch(seed, round_, epoch)

    def _draw(self, seed, round_):
        options = self._options
        arguments = {"model_args": options.model_args, "conf_args": options.conf_args}
        return self._store.get_or_draw(
            f"round-{round_ + 1}",
            {**self.settings, "run": seed[-1], **description(arguments)},
            lambda: self._feed.simulate(
                self._sim_per_round, options, derived_seed(*seed, 0, round_)
            ),
        )
