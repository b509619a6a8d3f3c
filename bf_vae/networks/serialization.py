"""Registration with Keras, under one package name for all classes of bf_vae."""

import keras


def serializable(cls):
    """Register ``cls`` with Keras, so that saved models find it again."""
    return keras.saving.register_keras_serializable(package="bf_vae")(cls)
