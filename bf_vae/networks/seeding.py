"""Seeds: whatever the caller has becomes one stateless TensorFlow seed."""

import threading

import keras
import numpy as np
import tensorflow as tf

from .whole_number import whole_number

# Two threads must not draw the same seed.
LOCK = threading.Lock()


def stateless_seed(seed, generator: keras.random.SeedGenerator) -> tf.Tensor:
    """Turn a seed into the two integers that TFP's samplers take.

    Parameters
    ----------
    seed : int, keras.random.SeedGenerator, tf.Tensor of shape (2,) or None
        None draws the next seed from ``generator``.
    generator : keras.random.SeedGenerator
        The network's own; in a loaded model it begins anew, from the network's ``seed``.

    Returns
    -------
    tf.Tensor of shape (2,), int32

    Raises
    ------
    TypeError
        If the seed is no whole number.
    ValueError
        If it has more than 63 bits, or is a tensor of another shape.
    """
    if seed is None:
        seed = generator
    if hasattr(seed, "next"):
        with LOCK:
            seed = seed.next()
    if tf.is_tensor(seed) or np.ndim(seed):
        seed = tf.cast(tf.convert_to_tensor(seed), tf.int32)
        if seed.shape != (2,):
            raise ValueError(f"A seed is a whole number, or a tensor of two, got {seed}.")
        return seed
    # One that fits into 32 bits is followed by zero.
    high, low = divmod(whole_number("seed", seed) + 2**31, 2**32)
    if not -(2**31) <= high < 2**31:
        raise ValueError(f"A seed has at most 63 bits, got {seed}.")
    return tf.constant([low - 2**31, high], tf.int32)
