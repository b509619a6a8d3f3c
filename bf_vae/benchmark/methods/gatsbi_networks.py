"""Generator and discriminator of GATSBI, losses and optimizer, for any backend of Keras."""

import keras
from keras import ops

from .spectral_dense import SpectralDense

SLOPE = 0.1


class Generator(keras.Layer):
    """Parameters from data and noise: four hidden layers, the noise scales the third one's units.

    Parameters
    ----------
    num_parameters, width : int
    """

    def __init__(self, num_parameters: int, width: int):
        super().__init__()
        self.before = [keras.layers.Dense(width) for _ in range(3)]
        # Not small: at the start, the noise is as strong as what it scales.
        unit = keras.initializers.RandomNormal(stddev=1.0)
        self.gate = keras.layers.Dense(width, use_bias=False, kernel_initializer=unit)
        self.after = [keras.layers.Dense(width), keras.layers.Dense(num_parameters)]

    def build(self, y_shape):
        size = y_shape[-1]
        for layer in (*self.before, *self.after):
            layer.build((None, size))
            size = layer.units
        self.gate.build((None, size))
        self.built = True

    def call(self, y, noise):
        """Draws of shape (batch, d) for data (batch, m) and noise (batch, d)."""
        for layer in self.before[:-1]:
            y = _activate(layer(y))
        y = _activate(self.before[-1](y) * (1.0 + self.gate(noise)))
        for layer in self.after:
            # Its authors' generator has an activation after the last layer too.
            y = _activate(layer(y))
        return y


class Discriminator(keras.Layer):
    """Logit that a pair of parameters and data is a simulation; spectrally normalized.

    Parameters
    ----------
    width, depth : int
    """

    def __init__(self, width: int, depth: int):
        super().__init__()
        self.dense = [SpectralDense(units) for units in [width] * depth + [1]]

    def build(self, theta_shape, y_shape):
        size = theta_shape[-1] + y_shape[-1]
        for layer in self.dense:
            layer.build((None, size))
            size = layer.units
        self.built = True

    def call(self, theta, y, training=False):
        """Logits of shape (batch,)."""
        x = ops.concatenate([theta, y], axis=-1)
        for layer in self.dense[:-1]:
            x = _activate(layer(x, training=training))
        return self.dense[-1](x, training=training)[:, 0]


def discrimination_loss(true, false):
    """The discriminator's, of its logits for simulations and for the generator's draws."""
    return -ops.mean(ops.log_sigmoid(true) + ops.log_sigmoid(-false))


def deception_loss(false):
    """The generator's, of the discriminator's logits for its draws."""
    return ops.mean(ops.log_sigmoid(-false))


def make_optimizer(learning_rate: float) -> keras.optimizers.Optimizer:
    """One for each of the two."""
    return keras.optimizers.Adam(learning_rate, beta_1=0.9, beta_2=0.99)


def _activate(x):
    return ops.leaky_relu(x, SLOPE)
