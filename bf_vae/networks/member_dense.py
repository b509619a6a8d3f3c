"""Dense layers of all ensemble members side by side."""

import keras
import numpy as np
import tensorflow as tf

from .float32_layer import Float32Layer


class MemberDense(Float32Layer):
    """One dense layer for each member, as one tensor.

    Parameters
    ----------
    units : int
    num_members : int
    activation : str or callable, optional
    use_bias : bool, optional, default: True
    make_initializer : callable, optional, default: keras.initializers.GlorotUniform
        Gives a fresh initializer of one member's kernel: members must start apart.
    mask : array-like of shape (features, units), optional
        Zero where a unit must not see a feature.
    """

    def __init__(
        self,
        units: int,
        num_members: int,
        activation=None,
        use_bias: bool = True,
        make_initializer=keras.initializers.GlorotUniform,
        mask=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.units, self.num_members = units, num_members
        self.activation = keras.activations.get(activation)
        self.use_bias, self.make_initializer = use_bias, make_initializer
        # Not a tensor: a layer that is first met inside a graph must work outside of it.
        self.mask = None if mask is None else np.asarray(mask, "float32")

    def build(self, input_shape):
        def start(shape, dtype=None):
            return tf.stack([self.make_initializer()(shape[1:], dtype) for _ in range(shape[0])])

        shape = (self.num_members, input_shape[-1], self.units)
        self.kernel = self.add_weight(name="kernel", shape=shape, initializer=start)
        if self.use_bias:
            shape = (self.num_members, 1, self.units)
            self.bias = self.add_weight(name="bias", shape=shape, initializer="zeros")
        self.built = True

    def call(self, x, units=slice(None)):
        """Map x of shape (members, batch, features) to (members, batch, units), or some of them.

        x may be cut off after the last feature that these units see.
        """
        kernel = tf.convert_to_tensor(self.kernel)
        kernel = kernel if self.mask is None else kernel * self.mask
        out = tf.matmul(x, kernel[..., : x.shape[-1], units])
        return self.activation(out + self.bias[..., units] if self.use_bias else out)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.units)
