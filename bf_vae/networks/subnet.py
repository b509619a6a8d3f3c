"""Subnets: what maps conditions to features, for every member of the ensemble."""

import keras

from .float32_layer import Float32Layer
from .member_dense import MemberDense
from .serialization import check_layer


def mlp(widths, activation: str = "silu", num_members: int = 1) -> keras.Sequential:
    """Multilayer perceptrons of all members, the default subnet.

    Parameters
    ----------
    widths : sequence of int
        Units of the hidden layers.
    activation : str, optional, default: "silu"
    num_members : int, optional, default: 1
    """
    return keras.Sequential([MemberDense(w, num_members, activation) for w in widths])


class OwnSubnet(Float32Layer):
    """A user's layer, from (batch, features) to (batch, anything), as that of the one member.

    Parameters
    ----------
    layer : keras.Layer
    """

    def __init__(self, layer: keras.Layer, **kwargs):
        super().__init__(**kwargs)
        check_layer(layer, "A subnet")
        self.layer = layer

    def build(self, input_shape):
        if not self.layer.built:
            self.layer.build(input_shape[1:])
        self.built = True

    def call(self, x, training=False):
        """Map (1, batch, features) to (1, batch, anything)."""
        return self.layer(x[0], training=training)[None]

    def compute_output_shape(self, input_shape):
        return (1, *self.layer.compute_output_shape(input_shape[1:]))
