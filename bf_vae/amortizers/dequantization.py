"""Whole numbers as continuous data: each has a cell of width one (Theis et al. 2016, 3.1)."""

import numpy as np
import tensorflow as tf

CELL_POINTS = 32  # for the probability of a number


def is_whole(y) -> bool:
    """Whether all data are whole numbers, and not only too large for float32 to hold others."""
    y = np.asarray(y, "float32")
    return bool(np.all((y == np.floor(y)) & (np.abs(y) < 2**23)))


def dequantized(y, seed):
    """Counts, each at a random place of its cell."""
    return y + tf.random.stateless_uniform(tf.shape(y), seed)


def cell_points(y, num_points, seed):
    """Each row of counts repeated, with a Latin hypercube's points of its cell added."""
    order, place = tf.random.stateless_uniform((2, num_points, y.shape[-1]), seed)
    strata = tf.cast(tf.argsort(order, axis=0), tf.float32)
    points = tf.tile((strata + place) / num_points, (tf.shape(y)[0], 1))
    return tf.repeat(y, num_points, axis=0) + points
