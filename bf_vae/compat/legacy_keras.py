"""BayesFlow 1.x is written for Keras 2, which TensorFlow 2.16 and later only give when asked."""

import os
import sys

FLAG = "TF_USE_LEGACY_KERAS"


def require_legacy_keras() -> None:
    """Let ``tf.keras`` be Keras 2, or explain why it cannot be any more. Keras 3 is not touched.

    Raises
    ------
    RuntimeError
        If TensorFlow is already loaded with Keras 3 as ``tf.keras``, or the environment variable
        ``TF_USE_LEGACY_KERAS`` forbids Keras 2.
    ImportError
        If the package ``tf-keras`` is missing.
    """
    if "tensorflow" in sys.modules:
        legacy = _is_legacy_loaded()
    else:
        # TensorFlow reads the flag once, when it is imported.
        legacy = os.environ.setdefault(FLAG, "1") in ("1", "true", "True")
    if not legacy:
        raise RuntimeError(
            "BayesFlow 1.x is installed, which needs Keras 2 as tf.keras, but TensorFlow runs "
            f"with Keras 3. Set the environment variable {FLAG}=1 before Python starts, or import "
            "bf_vae before tensorflow, keras and bayesflow. To use bf_vae without BayesFlow 1.x: "
            "pip uninstall bayesflow"
        )


def _is_legacy_loaded() -> bool:
    import tensorflow as tf
    from tensorflow.keras.models import Model

    # The two resolve at different moments: a flag that is set between them splits them.
    return tf.keras.Model is Model and Model.__module__.startswith("tf_keras")
