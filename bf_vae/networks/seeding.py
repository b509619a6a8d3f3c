"""Seeds: whatever the caller has becomes one stateless TensorFlow seed."""

import keras
import tensorflow as tf


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
    """
    if seed is None:
        seed = generator
    if hasattr(seed, "next"):
        return tf.cast(tf.convert_to_tensor(seed.next()), tf.int32)
    seed = tf.convert_to_tensor(seed)
    if seed.shape.rank == 0:
        return tf.stack([tf.cast(seed, tf.int32), 0])
    return tf.cast(seed, tf.int32)
