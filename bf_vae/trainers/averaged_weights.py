"""Moving averages of the weights, which Keras' optimizers keep with ``use_ema=True``."""

from contextlib import contextmanager

import tensorflow as tf

from .flat_adam import FlatAdam
from .weight_copy import WeightCopy


class AveragedWeights:
    """Lets weights hold their moving averages for a while.

    Averages hardly feel the noise of the last batches, so that the epoch that validates best is a
    good one at any learning rate. An optimizer without averages leaves the weights as they are.

    Parameters
    ----------
    optimizer : keras.optimizers.Optimizer
        Built.
    weights : list of keras.Variable
        The trainable weights. Before the first step their averages are zeros.
    """

    def __init__(self, optimizer, weights):
        self.optimizer, self.weights = optimizer, weights
        self.has_averages = bool(getattr(optimizer, "use_ema", False))
        if self.has_averages:
            self._raw = WeightCopy(weights)

    @contextmanager
    def used(self):
        """Weights are averages inside the block, and themselves again after it."""
        if not self.has_averages:
            yield
            return
        self._raw.take()
        self.keep()
        try:
            yield
        finally:
            self._raw.restore()

    def keep(self) -> None:
        """Make the averages the weights, for good."""
        if self.has_averages:
            self._finalize()

    def restart(self) -> None:
        """Begin the averages anew, from the weights as they are."""
        if isinstance(self.optimizer, FlatAdam):
            self.optimizer.restart_averages()
        elif self.has_averages:
            averages = self.optimizer._model_variables_moving_average
            for average, weight in zip(averages, self.weights, strict=True):
                average.assign(weight)

    # In a graph, as WeightCopy.
    @tf.function
    def _finalize(self):
        self.optimizer.finalize_variable_values(self.weights)
