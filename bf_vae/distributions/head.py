"""What every Gaussian head has in common: raw network output -> TFP distribution."""

import numpy as np
import tensorflow as tf

MIN_SCALE = 1e-4
MAX_SCALE = 1e2


def bounded_scale(raw: tf.Tensor) -> tf.Tensor:
    """Map raw network output to a scale in ``(MIN_SCALE, MAX_SCALE)``, with 0 mapped to 1.

    A logistic curve between the two bounds: exponential where scales are small, so that narrow
    posteriors are reached in few steps, and saturating at both ends, so that a scale can neither
    vanish nor overflow. In units of the standardized variable.
    """
    fraction = (1.0 - MIN_SCALE) / (MAX_SCALE - MIN_SCALE)
    offset = float(np.log(fraction / (1.0 - fraction)))
    return MIN_SCALE + (MAX_SCALE - MIN_SCALE) * tf.sigmoid(raw + offset)


class Head:
    """Base of the Gaussian heads.

    A head holds no weights: a layer makes ``param_size`` numbers per event and the head reads a
    distribution from them. Zeros give (nearly) zero mean and unit scale.

    Parameters
    ----------
    event_size : int
        Dimension of the random variable.

    Raises
    ------
    ValueError
        If ``event_size`` is below 1.
    """

    def __init__(self, event_size: int):
        if event_size < 1:
            raise ValueError(f"A distribution needs at least one dimension, got {event_size}.")
        self.event_size = int(event_size)

    @property
    def param_size(self) -> int:
        """Numbers that the network gives for one event."""
        raise NotImplementedError

    def __call__(self, raw: tf.Tensor, shift: tf.Tensor | None = None, unit=1.0):
        """Read the distribution from raw network output.

        Parameters
        ----------
        raw : tf.Tensor of shape (..., param_size)
        shift : tf.Tensor of shape (..., event_size), optional
            Added to the location; to that of every component where there are several.
        unit : tf.Tensor of shape (event_size,), optional
            Of locations and scales. Default: 1.

        Returns
        -------
        tfp.distributions.Distribution
            Batch shape ``(...)``, event shape ``(event_size,)``.
        """
        return self._read(raw, tf.zeros(self.event_size) if shift is None else shift, unit)

    def _read(self, raw: tf.Tensor, shift: tf.Tensor, unit):
        raise NotImplementedError
