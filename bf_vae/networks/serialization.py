"""Registration with Keras, and what Keras needs to make an object again from its arguments."""

import keras


def serializable(cls):
    """Register ``cls`` with Keras, so that saved models find it again."""
    return keras.saving.register_keras_serializable(package="bf_vae")(cls)


class SubnetArguments:
    """Mixin for classes some of whose arguments, those named ``*_net``, are Keras layers."""

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """The object that ``get_config`` described."""
        nets = {
            key: keras.saving.deserialize_keras_object(value, custom_objects=custom_objects)
            for key, value in config.items()
            if key.endswith("_net")
        }
        return cls(**{**config, **nets})


def check_layer(layer, name: str) -> None:
    """Raise a TypeError unless ``layer`` is one of Keras 3, or None.

    Layers of Keras 2, such as BayesFlow 1.x's networks, can be called, but their weights would be
    neither trained nor saved.
    """
    if layer is not None and not isinstance(layer, keras.Layer):
        raise TypeError(
            f"{name} must be a keras.Layer of Keras 3, got {type(layer).__module__}."
            f"{type(layer).__name__}. Networks of BayesFlow 1.x and tf.keras layers of its "
            "environment are Keras 2's: build the network from keras.layers."
        )
