"""Keras runs on TensorFlow here: TensorFlow Probability gives the Gaussian heads."""

import os
import sys


def require_tensorflow() -> None:
    """Select Keras' TensorFlow backend, or explain why it cannot be selected any more.

    Raises
    ------
    RuntimeError
        If Keras is already loaded, or set by ``KERAS_BACKEND``, with another backend.
    """
    if "keras" in sys.modules and hasattr(sys.modules["keras"], "backend"):
        backend = sys.modules["keras"].backend.backend()
        cure = ", or import bf_vae before keras and bayesflow"
    else:
        backend, cure = os.environ.setdefault("KERAS_BACKEND", "tensorflow"), ""
    if backend != "tensorflow":
        raise RuntimeError(
            f"bf_vae needs Keras' TensorFlow backend, but Keras runs on {backend!r}. Set the "
            f"environment variable KERAS_BACKEND=tensorflow before Python starts{cure}."
        )
