"""From simulations, new or given, to checked inputs of the amortizer."""

import numpy as np

from .generative_model import as_simulator, derived_seed, takes_seed
from .simulation_checks import check_counts, usable_simulations
from .training_options import TrainingOptions


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
        """New simulations for training, configured and free of invalid rows."""
        raw = self.raw(size, options.model_args, seed)
        return self._configured(raw, options.conf_args, options.drop_invalid, size)

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

    def validation(self, options: TrainingOptions, seed: list[int], store, key: dict):
        """Validation simulations from a dictionary, or from a number of them to simulate; or None.

        Raises
        ------
        TypeError
            For anything else.
        ValueError
            For NaN or infinity.
        """
        given = options.validation_sims
        if given is None:
            return None
        if isinstance(given, (int, np.integer)):
            return store.get_or_draw(
                "validation",
                {**key, "size": int(given)},
                lambda: self._simulate_validation(options, seed),
            )
        if not hasattr(given, "items"):
            raise TypeError(
                "validation_sims must be a dictionary of simulations or a number to simulate (for "
                f"train_offline also a share to hold out), got {given!r}."
            )
        return self._configured_validation(given, options)

    def _simulate_validation(self, options, seed):
        size = int(options.validation_sims)
        check_counts(validation_sims=size)
        raw = self.raw(size, options.val_model_args, derived_seed(*seed, 1))
        return self._configured_validation(raw, options, size)

    def _configured_validation(self, raw, options, size=None):
        what = "validation simulations"
        return self._configured(raw, options.val_conf_args, options.drop_invalid, size, what)

    def _configured(self, simulations, conf_args, drop_invalid, size=None, what="simulations"):
        inputs = self.configurator(simulations, **conf_args)
        if not hasattr(inputs, "items"):
            raise TypeError(
                f"Simulations must be a dictionary of arrays, got {type(inputs).__name__}."
            )
        return usable_simulations(inputs, drop_invalid, size, what)
