"""Many observations at once, in bounded memory."""

import tensorflow as tf
import tensorflow_probability as tfp

# Draws that pass the networks at once.
BLOCK_SIZE = 100_000


def in_blocks(function, rows, draws_per_row: int, seed):
    """``function(*rows, seed)``, a block of rows after the other.

    Parameters
    ----------
    function : callable
        From tensors of shape (batch, ...) and a seed to one of shape (batch, ...).
    rows : sequence of tf.Tensor of shape (batch, features)
    draws_per_row : int
        How many draws pass the networks for each row.
    seed : tf.Tensor of shape (2,)

    Returns
    -------
    tf.Tensor of shape (batch, ...)
    """
    batch, size = rows[0].shape[0], max(1, BLOCK_SIZE // draws_per_row)
    if batch is None or batch <= size:
        return function(*rows, seed)
    num_blocks = -(-batch // size)
    # The last block is filled up with the last row, and cut off again.
    filled = [tf.gather(r, tf.minimum(tf.range(num_blocks * size), batch - 1)) for r in rows]
    blocks = [tf.reshape(r, (num_blocks, size, r.shape[-1])) for r in filled]
    seeds = tf.stack(tfp.random.split_seed(seed, num_blocks))
    results = tf.map_fn(
        lambda block: function(*block), (*blocks, seeds), fn_output_signature=rows[0].dtype
    )
    shape = tf.concat([[num_blocks * size], tf.shape(results)[2:]], axis=0)
    return tf.reshape(results, shape)[:batch]
