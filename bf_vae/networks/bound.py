"""Pieces of the evidence lower bound (paper, equations 6 and 10)."""

import tensorflow as tf


def kl_divergence(q, p, z):
    """KL of the encoder from the prior, per latent draw.

    Parameters
    ----------
    q, p : tfp.distributions.Distribution
        Batch shape (batch,).
    z : tf.Tensor of shape (K, batch, l)
        Draws of q, the ones that the decoder gets.

    Returns
    -------
    tf.Tensor of shape (K, batch)
        For one draw the closed form, if there is one; otherwise ``log q(z) - log p(z)``.
    """
    if z.shape[0] == 1:
        try:
            return q.kl_divergence(p)[tf.newaxis]
        except NotImplementedError:
            pass
    return q.log_prob(z) - p.log_prob(z)


def tile(x, z):
    """Repeat rows x of shape (batch, f) for the K draws of z (K, batch, l): (K * batch, f)."""
    return tf.tile(x, (tf.shape(z)[0], 1))


def weighted_mean(values, sample_weight=None):
    """Mean over draws (if any) and simulations of values of shape (K, batch) or (batch,)."""
    values = tf.reduce_mean(values, axis=0) if values.shape.rank == 2 else values
    if sample_weight is None:
        return tf.reduce_mean(values)
    weight = tf.cast(tf.reshape(sample_weight, (-1,)), values.dtype)
    return tf.reduce_sum(weight * values) / tf.reduce_sum(weight)
