"""Training on given parameters whose data are simulated anew by a learned likelihood."""

import numpy as np
import tensorflow as tf

from .offline import OfflineSimulations
from .regime import epoch_key


class Resimulation(OfflineSimulations):
    """Simulations a share of whose data is replaced in each epoch by draws of a likelihood.

    At a small budget a posterior network learns the noise of its simulations by heart. Fresh noise
    in each epoch keeps it from that, as far as the likelihood is true. Draws outside the range of
    the true data, which no simulation has ever shown, are left out.

    Parameters
    ----------
    inputs : dict of np.ndarray of shape (n, ...)
        ``parameters`` and ``observables`` (or ``summary_conditions``).
    epochs, batch_size : int
    likelihood : CPVAELikelihoodAmortizer
        Trained.
    share : float
        Part of the data that is simulated anew, in (0, 1].
    columns : np.ndarray of int, optional
        Features of the data to simulate anew. Default: all. The likelihood gives these or all.
    """

    def __init__(self, inputs, epochs, batch_size, likelihood, share, columns=None):
        super().__init__(inputs, epochs, batch_size)
        if not 0 < share <= 1:
            raise ValueError(f"The share of data to simulate anew lies in (0, 1], got {share}.")
        self._likelihood, self._share = likelihood, share
        self._data_key = data_key(inputs)
        y = inputs[self._data_key]
        self._columns = np.arange(y.shape[-1]) if columns is None else columns
        y = y[:, self._columns]
        self._lowest, self._highest = y.min(axis=0), y.max(axis=0)
        self.settings |= {"regime": "resimulation", "share": share}

    def epoch(self, seed, round_, epoch):
        data, order = super().epoch(seed, round_, epoch)
        rng = np.random.default_rng([*epoch_key(seed, round_, epoch), 1])
        draws = self._likelihood.sample(
            {"parameters": data["parameters"]}, 1, to_numpy=False, seed=int(rng.integers(2**31))
        )
        fresh = tf.reshape(draws, (self._size, -1))
        if fresh.shape[-1] > len(self._columns):
            fresh = tf.gather(fresh, self._columns, axis=1)
        replaced = rng.random((self._size, 1)) < self._share
        in_range = (fresh >= self._lowest) & (fresh <= self._highest)
        replaced &= tf.reduce_all(in_range, axis=1, keepdims=True)
        y = data[self._data_key]
        fresh = tf.where(replaced, fresh, tf.gather(y, self._columns, axis=1))
        rows = self._columns[:, np.newaxis]
        y = tf.tensor_scatter_nd_update(tf.transpose(y), rows, tf.transpose(fresh))
        return {**data, self._data_key: tf.transpose(y)}, order


def data_key(inputs) -> str:
    """The key of the data in an amortizer's inputs."""
    return next(key for key in inputs if key != "parameters")
