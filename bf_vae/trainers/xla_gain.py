"""Where XLA makes training faster."""

import tensorflow as tf
from keras import layers

# Of these, and of dropout, are BayesFlow's summary networks, for which XLA's code takes a CPU up to
# seven times as long as TensorFlow's own, and longer to compile (benchmarks/summary_networks.py).
SLOW_LAYERS = (layers.Conv1D, layers.Conv2D, layers.Conv3D, layers.MultiHeadAttention)


def gains_from_xla(amortizer) -> bool:
    """Whether epochs are compiled by XLA by default.

    On a CPU they are not where a layer convolves, attends or draws a mask of dropout.

    Parameters
    ----------
    amortizer : keras.Model
        Built.
    """
    if tf.config.list_physical_devices("GPU"):
        return True
    return not any(_is_slow(layer) for layer in amortizer._flatten_layers())


def _is_slow(layer) -> bool:
    return isinstance(layer, SLOW_LAYERS) or (isinstance(layer, layers.Dropout) and layer.rate > 0)
