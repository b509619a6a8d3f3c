"""Single precision throughout."""

import keras


class Float32Layer(keras.Layer):
    """A layer that computes in single precision, whatever Keras's global policy.

    Half precision is too coarse for densities, and double would not fit what the layers pass on.
    """

    def __init__(self, **kwargs):
        super().__init__(**{**kwargs, "dtype": "float32"})
