"""Unconditional prior ``p(z) = N(0, I)``: the paper's UP-VAE (section 3.2)."""

import tensorflow as tf
import tensorflow_probability as tfp

from ..float32_layer import Float32Layer

tfd = tfp.distributions


class StandardNormalPrior(Float32Layer):
    """Standard Gaussian over the latent, whatever the data.

    Parameters
    ----------
    latent_dim : int
    """

    def __init__(self, latent_dim: int, **kwargs):
        super().__init__(**kwargs)
        self.latent_dim = latent_dim

    def build(self, num_features: int):
        self.built = True

    def distribution(self, y: tf.Tensor, training: bool = False) -> tfd.Independent:
        """``N(0, I)`` for each row of y: batch shape (members, batch)."""
        zeros = tf.zeros(tf.concat([tf.shape(y)[:-1], [self.latent_dim]], axis=0), y.dtype)
        return tfd.Independent(tfd.Normal(zeros, tf.ones_like(zeros)), 1)
