"""Where BayesFlow 1.x is installed: what loads, in which order, and what is said if it cannot."""

import importlib
import os
import subprocess
import sys

import pytest

import bf_vae


def python(code, **environment):
    """What a new process printed, or its error; without this process' flags."""
    clean = {k: v for k, v in os.environ.items() if k != "TF_USE_LEGACY_KERAS"}
    result = subprocess.run(
        [sys.executable, "-c", code],
        env={**clean, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return result.stdout + result.stderr


def test_bf_vae_first_sets_the_flag():
    code = "import bf_vae, tensorflow as tf, keras; print(tf.keras.Model, keras.Model)"
    output = python(code)
    assert "<class 'tf_keras." in output
    assert "<class 'keras." in output


@pytest.mark.parametrize("first", ["tensorflow", "keras", "bayesflow"])
def test_flag_set_too_late(first):
    code = f"import {first}, os; os.environ['TF_USE_LEGACY_KERAS'] = '1'; import bf_vae"
    output = python(code, KERAS_BACKEND="tensorflow")
    assert "RuntimeError: BayesFlow 1.x is installed" in output
    assert "Set the environment variable TF_USE_LEGACY_KERAS=1 before Python starts" in output


def test_flag_set_in_time_or_forbidden():
    code = "import bayesflow.trainers, bf_vae; print('works')"
    assert "works" in python(code, TF_USE_LEGACY_KERAS="1", KERAS_BACKEND="tensorflow")
    assert "RuntimeError: BayesFlow 1.x" in python("import bf_vae", TF_USE_LEGACY_KERAS="0")


@pytest.mark.parametrize("name", ["CPVAE", "UPVAE"])
def test_names_of_bayesflow_2(name):
    with pytest.raises(ImportError, match=f"{name} needs BayesFlow 2.*use bf_vae.{name}Amortizer"):
        getattr(bf_vae, name)
    assert name not in bf_vae.__all__
    with pytest.raises(ImportError, match=r"bf_vae.inference_networks needs BayesFlow 2"):
        importlib.import_module("bf_vae.inference_networks")
