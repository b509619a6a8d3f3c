"""The axis of ensemble members, which leads in everything between the transforms.

K draws of z for a batch have shape (K, members, batch, l). Subnets see (members, K * batch, f):
TensorFlow 2.21's products of matrices with four axes, one of length 1, destroy memory on CPUs
(tensorflow/tensorflow#117700).
"""

import tensorflow as tf
import tensorflow_probability as tfp


def for_members(x, num_members: int):
    """Give every member the same rows: (batch, f) to (members, batch, f)."""
    return tf.tile(x[tf.newaxis], (num_members, 1, 1))


def for_draws(x, num_draws):
    """Repeat rows for K draws of z: (members, batch, f) to (members, K * batch, f)."""
    return tf.tile(x, (1, num_draws, 1))


def merge_draws(z):
    """Draws next to the batch: (K, members, batch, l) to (members, K * batch, l)."""
    z = tf.transpose(z, (1, 0, 2, 3))
    shape = tf.shape(z)
    return tf.reshape(z, (shape[0], shape[1] * shape[2], z.shape[-1]))


def split_draws(values, num_draws):
    """Undo `merge_draws`: (members, K * batch, ...) to (K, members, batch, ...)."""
    shape = tf.shape(values)
    split = tf.concat([shape[:1], [num_draws, shape[1] // num_draws], shape[2:]], axis=0)
    rest = list(range(3, len(values.shape) + 1))
    return tf.transpose(tf.reshape(values, split), [1, 0, 2, *rest])


def mix(draws, num_samples: int, seed):
    """Draws of the ensemble's equal mixture.

    Each member gives the same number of draws, as far as ``num_samples`` allows; which ones give
    one more is drawn for each observation. In a random order, so that a part of the draws is a
    sample too.

    Parameters
    ----------
    draws : tf.Tensor of shape (K, members, batch, d)
        With K * members at least ``num_samples``.
    num_samples : int
    seed : tf.Tensor of shape (2,)

    Returns
    -------
    tf.Tensor of shape (batch, num_samples, d)
    """
    num_draws, members, batch, size = (tf.shape(draws)[i] for i in range(4))
    joined = tf.reshape(tf.transpose(draws, (2, 0, 1, 3)), (batch, num_draws * members, size))
    seeds = tfp.random.split_seed(seed)
    first = tf.random.stateless_uniform((batch, 1), seeds[0], 0, members, tf.int32)
    order = tf.random.experimental.stateless_shuffle(tf.range(num_samples), seeds[1])
    rows = (first + order) % (num_draws * members)
    return tf.gather(joined, rows, batch_dims=1)
