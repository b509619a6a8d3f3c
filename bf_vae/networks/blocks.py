"""Many observations at once, in bounded memory."""

import tensorflow as tf
import tensorflow_probability as tfp

# Draws that pass the networks at once.
BLOCK_SIZE = 100_000


def in_blocks(sample, y, num_samples: int, seed):
    """``sample(y, num_samples, seed)``, a block of observations after the other.

    Parameters
    ----------
    sample : callable
        From data (batch, m), the number of draws and a seed to draws (batch, num_samples, d).
    y : tf.Tensor of shape (batch, m)
    num_samples : int
    seed : tf.Tensor of shape (2,)

    Returns
    -------
    tf.Tensor of shape (batch, num_samples, d)
    """
    batch, size = y.shape[0], max(1, BLOCK_SIZE // num_samples)
    if batch is None or batch <= size:
        return sample(y, num_samples, seed)
    num_blocks = -(-batch // size)
    # The last block is filled up with the last observation, and cut off again.
    filled = tf.gather(y, tf.minimum(tf.range(num_blocks * size), batch - 1))
    blocks = tf.reshape(filled, (num_blocks, size, y.shape[-1]))
    seeds = tf.stack(tfp.random.split_seed(seed, num_blocks))
    draws = tf.map_fn(
        lambda block: sample(block[0], num_samples, block[1]),
        (blocks, seeds),
        fn_output_signature=y.dtype,
    )
    return tf.reshape(draws, (num_blocks * size, num_samples, draws.shape[-1]))[:batch]
