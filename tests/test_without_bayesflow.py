"""bf_vae where no BayesFlow is installed."""

import subprocess
import sys

CODE = """
import importlib.metadata, sys

find = importlib.metadata.version

def version(name):
    if name == "bayesflow":
        raise importlib.metadata.PackageNotFoundError(name)
    return find(name)

importlib.metadata.version = version
sys.modules["bayesflow"] = None  # importing it fails

import numpy as np
import tensorflow as tf
import bf_vae

tf.config.run_functions_eagerly(True)  # a few steps take less than to compile them

inputs = {"parameters": np.zeros((8, 2)), "observables": np.ones((8, 3))}
trainer = bf_vae.Trainer(bf_vae.CPVAEAmortizer(widths=(4,)), jit_compile=False, progress_bar=False)
trainer.train_offline(inputs, 1, 4)
print(trainer.amortizer.sample({"observables": np.ones(3)}, 5).shape)
bf_vae.simulators.TwoMoons().sample(3)
try:
    bf_vae.CPVAE
except ImportError as error:
    print(error)
"""


def test_amortizers_work_and_names_of_bayesflow_2_say_what_they_need():
    result = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, check=True
    )
    assert "(5, 2)" in result.stdout
    assert "bf_vae.CPVAE needs BayesFlow 2" in result.stdout
