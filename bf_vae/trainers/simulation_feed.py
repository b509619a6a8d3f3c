"""From simulations, new or given, to checked inputs of the amortizer."""

import numpy as np

from ..amortizers.inputs import check_dictionary
from .generative_model import as_simulator, derived_seed, takes_seed
from .joining import join
from .regimes.regime import num_rows
from .simulation_checks import check_counts, usable_simulations
from .training_options import TrainingOptions

# Draws for one valid simulation, on average.
MOST_DRAWN = 10


class SimulationFeed:
    """Draws, configures and checks simulations for one amortizer.

    Parameters
    ----------
    amortizer : keras.Model
    generative_model : optional
        See `Trainer`.
    configurator : callable
    memory : SimulationMemory or None
        Gets all that is fed to training.
    """

    def __init__(self, amortizer, generative_model, configurator, memory):
        self.amortizer, self.simulator = amortizer, as_simulator(generative_model)
        self.configurator, self.memory = configurator, memory
        self._takes_seed = self.simulator is not None and takes_seed(self.simulator)

    def raw(self, size: int, model_args: dict | None = None, seed: int | None = None) -> dict:
        """Output of the generative model for a batch of ``size``; seeded if it can be."""
        if self.simulator is None:
            raise ValueError(
                "There is no generative model to simulate from: pass generative_model=."
            )
        seeded = {"seed": seed} if self._takes_seed and seed is not None else {}
        return self.simulator(size, **{**seeded, **(model_args or {})})

    def simulate(self, size: int, options: TrainingOptions, seed: int) -> dict:
        """New simulations for training, configured and free of invalid rows: ``size`` in all.

        Those that are dropped are drawn again.

        Raises
        ------
        ValueError
            If fewer than one simulation in ten is valid.
        """
        inputs, drawn, attempts = self._simulate(size, options, seed), size, 0
        while missing := size - num_rows(inputs):
            if drawn > MOST_DRAWN * size:
                raise ValueError(
                    f"Only {size - missing} of {drawn} simulations are valid, too few to go on "
                    "dropping the others. Mend the simulator, or narrow its prior."
                )
            # As many as should hold those missing.
            more, attempts = min(size, -(-missing * drawn // (size - missing))), attempts + 1
            new = self._simulate(more, options, derived_seed(seed, attempts), quietly=True)
            inputs = {k: v[:size] for k, v in join([inputs, new]).items()}
            drawn += more
        return inputs

    def _simulate(self, size, options, seed, quietly=False):
        raw = self.raw(size, options.model_args, seed)
        return self._configured(raw, options.conf_args, options.drop_invalid, size, quietly=quietly)

    def configure(self, simulations: dict, options: TrainingOptions) -> dict:
        """Given simulations for training, configured and free of invalid rows."""
        return self._configured(simulations, options.conf_args, options.drop_invalid)

    def prepare(self, inputs: dict) -> dict:
        """Check inputs against the amortizer; the first ones fix its standardization."""
        if hasattr(self.amortizer, "adapt") and not self.amortizer.is_adapted:
            self.amortizer.adapt(inputs)
        elif hasattr(self.amortizer, "check_simulations"):
            self.amortizer.check_simulations(inputs)
        elif not self.amortizer.trainable_weights:
            self.amortizer.compute_loss({k: v[:1] for k, v in inputs.items()})  # builds it
        if self.memory is not None:
            self.memory.store(inputs)
        return inputs

    def given_validation(self, options: TrainingOptions) -> dict | None:
        """Validation simulations from a dictionary; None where they are to be drawn, or none are.

        Raises
        ------
        TypeError
            If they are neither a dictionary nor a number to draw, nor None.
        ValueError
            For NaN or infinity.
        """
        given = options.validation_sims
        if given is None or isinstance(given, (int, np.integer)):
            return None
        if not hasattr(given, "items"):
            raise TypeError(
                "validation_sims must be a dictionary of simulations or a number to simulate (for "
                f"train_offline also a share to hold out), got {given!r}."
            )
        return self._configured_validation(given, options)

    def drawn_validation(self, options: TrainingOptions, seed: list[int], store, key: dict):
        """Validation simulations, if a number of them is to be drawn; kept in the store.

        Raises
        ------
        ValueError
            For NaN or infinity.
        """
        if options.validation_sims is None:
            return None
        size = int(options.validation_sims)
        check_counts(validation_sims=size)

        def draw():
            raw = self.raw(size, options.val_model_args, derived_seed(*seed, 1))
            return self._configured_validation(raw, options, size)

        return store.get_or_draw("validation", key, draw)

    def _configured_validation(self, raw, options, size=None):
        what = "validation simulations"
        return self._configured(raw, options.val_conf_args, options.drop_invalid, size, what)

    def _configured(
        self, simulations, conf_args, drop_invalid, size=None, what="simulations", quietly=False
    ):
        inputs = self.configurator(simulations, **conf_args)
        check_dictionary(inputs, "Simulations")
        return usable_simulations(inputs, drop_invalid, size, what, quietly)
