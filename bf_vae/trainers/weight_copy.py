"""Weights set aside, to go back to."""

import tensorflow as tf


class WeightCopy:
    """A copy of weights as they are, or were when it was last taken.

    Parameters
    ----------
    weights : list of keras.Variable
    """

    def __init__(self, weights):
        self.weights = list(weights)
        self.variables = [tf.Variable(weight.value, trainable=False) for weight in self.weights]

    # In graphs: dozens of small assignments one by one would take longer than a short epoch.
    @tf.function(autograph=False)
    def take(self) -> None:
        """Copy the weights."""
        for weight, copy in zip(self.weights, self.variables, strict=True):
            copy.assign(weight.value)

    @tf.function(autograph=False)
    def restore(self) -> None:
        """Give the weights the values of the copy."""
        for weight, copy in zip(self.weights, self.variables, strict=True):
            weight.assign(copy)
