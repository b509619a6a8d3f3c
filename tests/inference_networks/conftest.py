"""What the tests of BayesFlow's workflows share."""

import subprocess
import sys

import numpy as np
import pytest

LOAD_AND_SAMPLE = """
import sys, bf_vae, keras, numpy as np
for line in sys.stdin:
    folder = line.strip()
    approximator = keras.saving.load_model(folder + "/saved.keras")
    conditions = dict(np.load(folder + "/conditions.npz"))
    draws = approximator.sample(num_samples=6, conditions=conditions, seed=1)
    np.save(folder + "/draws.npy", draws["parameters"])
    print("done", flush=True)
"""


@pytest.fixture(scope="session")
def other_process(tmp_path_factory):
    """A process that only ever loads; one for all tests, because its imports take seconds."""
    log = tmp_path_factory.mktemp("other_process") / "stderr.txt"
    with (
        log.open("w") as errors,
        subprocess.Popen(
            [sys.executable, "-c", LOAD_AND_SAMPLE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        yield process, log


@pytest.fixture
def draws_after_reload(other_process, tmp_path):
    """Saves an approximator and returns six draws that another process makes with it, seed 1."""
    process, log = other_process

    def run(approximator, conditions):
        approximator.save(tmp_path / "saved.keras")
        np.savez(tmp_path / "conditions.npz", **conditions)
        assert process.poll() is None, log.read_text()
        process.stdin.write(f"{tmp_path}\n")
        process.stdin.flush()
        answers = iter(process.stdout.readline, "")
        assert any(answer == "done\n" for answer in answers), log.read_text()
        return np.load(tmp_path / "draws.npy")

    return run
