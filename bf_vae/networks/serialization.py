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
