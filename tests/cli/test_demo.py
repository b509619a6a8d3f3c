import matplotlib.pyplot as plt
import numpy as np
import pytest
from typer.testing import CliRunner

from bf_vae.benchmark import demo as demos
from bf_vae.simulators import TASK_NAMES, get_simulator, reference
from bf_vae.trainers import recipe
from bf_vae_command import app

# Two, five and ten parameters: a picture takes longer than so short a training.
DRAWN = ("two_moons", "slcp", "gaussian_linear_uniform")
TINY = ["--budget", "200", "--epochs", "1", "--samples", "40"]


def run(*arguments):
    return CliRunner().invoke(app, ["demo", *TINY, *arguments])


def message(result):
    """What was printed, without the line breaks and frames that depend on the terminal."""
    return " ".join(result.output.replace("│", " ").split())


@pytest.fixture
def no_training(monkeypatch):
    """Errors come before the first simulation."""

    def fail(*args, **kwargs):
        raise AssertionError("trained although the arguments are bad")

    monkeypatch.setattr(demos, "run_demo", fail)


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


@pytest.fixture(autouse=True)
def _no_resimulation(monkeypatch):
    # So few simulations are overfitted; learning a likelihood takes long and is tested elsewhere.
    monkeypatch.setattr(recipe, "LEAST_OVERFITTING", float("inf"))


@pytest.mark.usefixtures("uncompiled")
@pytest.mark.parametrize(
    ("task", "method"),
    [*((task, "cp-vae") for task in DRAWN), ("two_moons", "up-vae")],
)
def test_demo_end_to_end(task, method, tmp_path):
    assert_demo_runs(task, method, tmp_path)


@pytest.mark.usefixtures("uncompiled")
@pytest.mark.parametrize(
    ("task", "method"),
    [
        *((task, "up-vae") for task in TASK_NAMES if task != "two_moons"),
        *((task, "cp-vae") for task in TASK_NAMES if task not in DRAWN),
    ],
)
def test_every_task_is_compared(task, method):
    """Without the picture, which takes longer than the rest and is the same for all methods."""
    result = demos.run_demo(task, method, 200, 1, seed=0, epochs=1, num_samples=40)
    assert result.samples.shape == (40, get_simulator(task).num_parameters)
    assert np.isfinite(result.samples).all()
    assert 0 <= result.c2st <= 1
    assert result.mmd >= 0
    assert min(result.train_seconds, result.sample_seconds) > 0


def test_demo_compiled(tmp_path):
    assert_demo_runs("two_moons", "cp-vae-paper", tmp_path)


def assert_demo_runs(task, method, tmp_path):
    picture = tmp_path / "new" / "demo.png"
    result = run("--task", task, "--method", method, "--output", str(picture))
    assert result.exit_code == 0, result.output
    assert "C2ST" in result.output
    assert "40 samples, ms" in result.output
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert [f.name for f in picture.parent.iterdir()] == ["demo.png"]


@pytest.mark.usefixtures("no_training")
@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        (("--task", "x"), "--task: 'x' is none of gaussian_linear, "),
        (("--method", "x"), "--method: 'x' is none of cp-vae, up-vae, "),
        # The rest of these messages is typer's.
        (("--observation", "0"), "Invalid value for '--observation'"),
        (("--observation", "11"), "Invalid value for '--observation'"),
        (("--budget", "19"), "Invalid value for '--budget'"),
        (("--budget", "many"), "Invalid value for '--budget'"),
        (("--epochs", "0"), "Invalid value for '--epochs'"),
        (("--samples", "9"), "Invalid value for '--samples'"),
        (("--samples", "10001"), "Invalid value for '--samples'"),
        (("--seed", "-1"), "Invalid value for '--seed'"),
        (("--output", "picture.docx"), "no .docx pictures, only"),
    ],
)
def test_bad_arguments(bad, expected):
    result = run(*bad)
    assert result.exit_code == 2
    assert expected in message(result)


@pytest.mark.usefixtures("no_training")
def test_output_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    for output in (tmp_path / "file" / "demo.png", tmp_path / "file" / "deeper" / "demo.png"):
        result = run("--output", str(output))
        assert result.exit_code == 2
        assert "Error: [Errno" in message(result)
    result = run("--output", str(tmp_path))
    assert result.exit_code == 2
    assert "is a folder; name a file in it." in message(result)


@pytest.mark.usefixtures("no_training")
def test_without_sbibm(monkeypatch, tmp_path):
    monkeypatch.setattr(reference, "find_spec", lambda name: None)
    result = run("--output", str(tmp_path / "demo.png"))
    assert result.exit_code == 2
    assert "pip install --no-deps sbibm" in message(result)
    assert not list(tmp_path.iterdir())
