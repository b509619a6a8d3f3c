"""Seeds: whatever the caller has becomes one stateless TensorFlow seed."""

import keras
import numpy as np
import tensorflow as tf

from .whole_number import whole_number


def stateless_seed(seed, generator: keras.random.SeedGenerator) -> tf.Tensor:
    """Turn a seed into the two integers that TFP's samplers take.

    Parameters
    ----------
    seed : int, keras.random.SeedGenerator, tf.Tensor of shape (2,) or None
        None draws the next seed from ``generator``.
    generator : keras.random.SeedGenerator
        The network's own generator; its state is saved with the weights.

    Returns
    -------
    tf.Tensor of shape (2,), int32

    Raises
    ------
    TypeError
        If the seed is no whole number.
    ValueError
        If it has more than 63 bits.
    """
    if seed is None:
        seed = generator
    if hasattr(seed, "next"):
        seed = seed.next()
    if tf.is_tensor(seed) or np.ndim(seed):
        return tf.cast(tf.convert_to_tensor(seed), tf.int32)
    # One that fits into 32 bits is followed by zero.
    high, low = divmod(whole_number("seed", seed) + 2**31, 2**32)
    if not -(2**31) <= high < 2**31:
        raise ValueError(f"A seed has at most 63 bits, got {seed}.")
    return tf.constant([low - 2**31, high], tf.int32)
