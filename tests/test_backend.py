"""Keras on another backend than TensorFlow is refused, with a cure that can work."""

import sys
from types import SimpleNamespace

import pytest

from bf_vae._backend import require_tensorflow


def test_a_backend_that_the_environment_names(monkeypatch):
    monkeypatch.delitem(sys.modules, "keras", raising=False)
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    with pytest.raises(RuntimeError, match=r"runs on 'jax'.*before Python starts\.$"):
        require_tensorflow()


def test_a_backend_that_is_loaded(monkeypatch):
    keras = SimpleNamespace(backend=SimpleNamespace(backend=lambda: "torch"))
    monkeypatch.setitem(sys.modules, "keras", keras)
    with pytest.raises(RuntimeError, match=r"runs on 'torch'.*or import bf_vae before keras"):
        require_tensorflow()
