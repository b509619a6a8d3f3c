"""Pieces of the evidence lower bound (paper, equations 6 and 10)."""

import tensorflow as tf


def kl_divergence(q, p, z, closed_form: bool = True):
    """KL of the encoder from the prior, per latent draw.

    Parameters
    ----------
    q, p : tfp.distributions.Distribution
        Batch shape (members, batch).
    z : tf.Tensor of shape (K, members, batch, l)
        Draws of q, the ones that the decoder gets.
    closed_form : bool, optional, default: True
        False where a mean of weights ``exp(... - kl)`` follows: a lower bound it is only with the
        weights of the draws.

    Returns
    -------
    tf.Tensor of shape (K, members, batch)
        For one draw the closed form, if wanted and there is one; otherwise ``log q(z) - log p(z)``.
    """
    if closed_form and z.shape[0] == 1:
        try:
            return q.kl_divergence(p)[tf.newaxis]
        except NotImplementedError:
            pass
    return q.log_prob(z) - p.log_prob(z)


def weighted_mean(values, sample_weight=None):
    """Mean over draws and members (equal weights) and simulations; values (..., batch)."""
    values = tf.reduce_mean(values, axis=range(values.shape.rank - 1))
    if sample_weight is None:
        return tf.reduce_mean(values)
    weight = tf.cast(tf.reshape(sample_weight, (-1,)), values.dtype)
    return tf.reduce_sum(weight * values) / tf.reduce_sum(weight)
