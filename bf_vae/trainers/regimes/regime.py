"""The interface of a training regime."""

import numpy as np
import tensorflow as tf


class Regime:
    """Gives the simulations of every epoch.

    `epoch` depends on its arguments alone, so that a run which was cut off can go on anywhere.

    Attributes
    ----------
    rounds, epochs : int
        How many rounds, and how many epochs in each.
    total_steps : int
        Optimizer steps of all of them.
    settings : dict
        What makes two runs the same, as JSON holds it.
    """

    rounds = 1
    epochs: int
    total_steps: int
    settings: dict

    def epoch(self, seed: list[int], round_: int, epoch: int):
        """Simulations of one epoch; rounds and epochs count from 0.

        Parameters
        ----------
        seed : list of int
            Of the run.

        Returns
        -------
        data : dict of tf.Tensor of shape (n, ...)
        order : np.ndarray of shape (steps, batch_size), int
            Rows of each batch.
        """
        raise NotImplementedError


def epoch_key(seed: list[int], round_: int, epoch: int) -> list[int]:
    """Of NumPy's generator for the draws of one epoch."""
    # NumPy takes no notice of zeros at the end: untagged, the first key would be the seed alone,
    # and shuffle by the numbers that made the simulations.
    return [*seed, round_, epoch, 1]


def on_device(inputs: dict) -> dict:
    """The simulations as tensors, on the device that trains."""
    return {k: tf.convert_to_tensor(v) for k, v in inputs.items()}


def in_order(inputs: dict, batch_size: int):
    """All simulations once, in the order in which they are: (data, order)."""
    steps = num_rows(inputs) // batch_size
    return on_device(inputs), np.arange(steps * batch_size).reshape(steps, batch_size)


def num_rows(inputs: dict) -> int:
    """Number of simulations."""
    return len(next(iter(inputs.values())))
