"""The building block of both models: a network that ends in a Gaussian head."""

import keras
import tensorflow as tf

from ..distributions import Head


def mlp(widths=(128, 128), activation: str = "silu") -> keras.Sequential:
    """Multilayer perceptron, the default subnet.

    Parameters
    ----------
    widths : sequence of int, optional, default: (128, 128)
        Units of the hidden layers.
    activation : str, optional, default: "silu"
    """
    return keras.Sequential([keras.layers.Dense(w, activation=activation) for w in widths])


class ConditionalGaussian(keras.Layer):
    """Distribution of one variable given others: subnet, linear projection, Gaussian head.

    Parameters
    ----------
    head : Head
        Reads the distribution from the projection's output.
    subnet : keras.Layer
        Maps the concatenated conditions, shape (batch, features), to (batch, anything).
    linear_skip : bool, optional, default: False
        Whether the location is also linear in the conditions, past the subnet. What is linear is
        then learned in a few steps and extrapolates; the subnet learns the rest.
    """

    def __init__(self, head: Head, subnet: keras.Layer, linear_skip: bool = False, **kwargs):
        super().__init__(**kwargs)
        self.head = head
        self.subnet = subnet
        # A small start: zero mean and unit scale up to a tenth, yet no two units equal.
        start = keras.initializers.VarianceScaling(0.01)
        self.projection = keras.layers.Dense(head.param_size, kernel_initializer=start)
        self.skip = None
        if linear_skip:
            self.skip = keras.layers.Dense(
                head.event_size, use_bias=False, kernel_initializer="zeros"
            )

    def build(self, num_features: int):
        if not self.subnet.built:
            self.subnet.build((None, num_features))
        self.projection.build(self.subnet.compute_output_shape((None, num_features)))
        if self.skip is not None:
            self.skip.build((None, num_features))
        self.built = True

    def distribution(self, *conditions: tf.Tensor, training: bool = False):
        """Distribution given ``conditions``, each of shape (batch, features).

        Returns
        -------
        tfp.distributions.Distribution
            Batch shape (batch,), event shape (event_size,).
        """
        features = tf.concat(conditions, axis=-1)
        raw = self.projection(self.subnet(features, training=training))
        return self.head(raw, None if self.skip is None else self.skip(features))
