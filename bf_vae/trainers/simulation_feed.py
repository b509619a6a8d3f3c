"""From simulations, new or given, to checked inputs of the amortizer."""

from dataclasses import dataclass, field

import numpy as np
import tensorflow as tf

from .simulation_checks import usable_simulations


@dataclass
class FeedOptions:
    """Rarer arguments of all ``train_*`` methods; `Trainer.train_offline` documents them."""

    drop_invalid: bool = False
    early_stopping_args: dict = field(default_factory=dict)
    model_args: dict = field(default_factory=dict)
    val_model_args: dict = field(default_factory=dict)
    conf_args: dict = field(default_factory=dict)
    val_conf_args: dict = field(default_factory=dict)


class SimulationFeed:
    """Draws, configures and checks simulations for one amortizer.

    Parameters
    ----------
    amortizer : keras.Model
    simulator : callable or None
        From a batch size to a dictionary of arrays.
    configurator : callable
    memory : SimulationMemory or None
        Gets all that is fed to training.
    """

    def __init__(self, amortizer, simulator, configurator, memory):
        self.amortizer, self.simulator = amortizer, simulator
        self.configurator, self.memory = configurator, memory

    def raw(self, size: int, model_args: dict | None = None) -> dict:
        """Output of the generative model for a batch of ``size``."""
        if self.simulator is None:
            raise ValueError(
                "There is no generative model to simulate from: pass generative_model=."
            )
        return self.simulator(size, **(model_args or {}))

    def simulate(self, size: int, options: FeedOptions) -> dict:
        """New simulations for training, as the amortizer takes them."""
        return self.configure(self.raw(size, options.model_args), options)

    def configure(self, simulations: dict, options: FeedOptions) -> dict:
        """Given simulations for training, as the amortizer takes them."""
        return self.prepare(self._checked(simulations, options.conf_args, options.drop_invalid))

    def prepare(self, inputs: dict) -> dict:
        """Check inputs against the amortizer; the first ones fix its standardization."""
        if hasattr(self.amortizer, "adapt") and not self.amortizer.is_adapted:
            self.amortizer.adapt(inputs)
        elif hasattr(self.amortizer, "check_simulations"):
            self.amortizer.check_simulations(inputs)
        if self.memory is not None:
            self.memory.store(inputs)
        return inputs

    def hold_out(self, simulations: dict, share: float, options: FeedOptions):
        """Split simulations into those to train on and those to validate with.

        At random, yet always in the same way, so that a run that was cut off can be continued.
        """
        if not 0 < share < 1:
            raise ValueError(f"A share of simulations to hold out lies in (0, 1), got {share}.")
        inputs = self._checked(simulations, options.conf_args, options.drop_invalid)
        size = len(next(iter(inputs.values())))
        order = np.random.default_rng(size).permutation(size)
        held = order[: max(1, round(share * size))]
        kept = order[len(held) :]
        return {k: v[kept] for k, v in inputs.items()}, {k: v[held] for k, v in inputs.items()}

    def validation(self, validation_sims, options: FeedOptions) -> dict | None:
        """Validation simulations from a dictionary, or from a number of them to simulate."""
        raw = self.raw_validation(validation_sims, options)
        return raw and self._checked(raw, options.val_conf_args, options.drop_invalid)

    def raw_validation(self, validation_sims, options: FeedOptions) -> dict | None:
        """The same, as the generative model gives them."""
        if validation_sims is None:
            return None
        if isinstance(validation_sims, (int, np.integer)):
            validation_sims = self.raw(int(validation_sims), options.val_model_args)
        if not hasattr(validation_sims, "items"):
            raise TypeError(
                "validation_sims must be a dictionary of simulations or a number to simulate (for "
                f"train_offline also a share to hold out), got {validation_sims!r}."
            )
        return validation_sims

    def _checked(self, simulations, conf_args, drop_invalid):
        inputs = self.configurator(simulations, **conf_args)
        if not hasattr(inputs, "items"):
            raise TypeError(
                f"Simulations must be a dictionary of arrays, got {type(inputs).__name__}."
            )
        return usable_simulations(inputs, drop_invalid)


def on_device(inputs: dict) -> dict:
    """The simulations as tensors, on the device that trains."""
    return {k: tf.convert_to_tensor(v) for k, v in inputs.items()}


def in_order(inputs: dict, batch_size: int):
    """All simulations once, in the order in which they are: (data, order)."""
    steps = len(next(iter(inputs.values()))) // batch_size
    return on_device(inputs), np.arange(steps * batch_size).reshape(steps, batch_size)
