"""A tiny linear-Gaussian project: files of simulations, and a model that was fitted to them."""

from functools import partial

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from bf_vae import trainers
from bf_vae_command import app

COLUMNS = ["mu", "nu", "a", "b", "c"]


class Project:
    """Files in a folder, and the command run on them."""

    def __init__(self, folder):
        self.folder = folder

    def __truediv__(self, name):
        return self.folder / name

    def run(self, *arguments):
        """Arguments that name files of the project become paths."""
        arguments = [
            str(self / a) if isinstance(a, str) and "." in a and a[0].isalpha() else str(a)
            for a in arguments
        ]
        return CliRunner().invoke(app, arguments)

    def error(self, *arguments):
        """The message of a run that must end with code 2 and leave no new file."""
        before = sorted(self.folder.rglob("*"))
        result = self.run(*arguments)
        assert result.exit_code == 2, result.output
        assert sorted(self.folder.rglob("*")) == before
        # Without the line breaks and frames that depend on the terminal.
        return " ".join(result.output.replace("│", " ").split())


def frame_of(simulations):
    return pd.DataFrame(
        np.concatenate([simulations["parameters"], simulations["observables"]], axis=1),
        columns=COLUMNS,
    )


@pytest.fixture(scope="session")
def fitted(tmp_path_factory, make_linear_gaussian):
    """A project with sims.csv, sims.npz, test.parquet, obs.csv and model.keras."""
    project = Project(tmp_path_factory.mktemp("project"))
    frame = frame_of(make_linear_gaussian(0).sample(600))
    frame.to_csv(project / "sims.csv", index=False)
    arrays = {"parameters": frame[COLUMNS[:2]], "observables": frame[COLUMNS[2:]]}
    np.savez(project / "sims.npz", **arrays)
    test = frame_of(make_linear_gaussian(1).sample(120))
    test.to_parquet(project / "test.parquet", index=False)
    test[COLUMNS[2:]].head(1).to_csv(project / "obs.csv", index=False)
    # XLA alone would take longer than the training.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trainers, "Trainer", partial(trainers.Trainer, jit_compile=False))
        options = ("--parameters", "mu,nu", "--epochs", 100, "--support", "-inf:inf,-10:inf")
        project.fit_result = project.run("fit", "sims.csv", "-o", "model.keras", *options)
    return project


@pytest.fixture
def project(fitted, tmp_path):
    """The fitted project's files in a folder of the test's own."""
    for file in fitted.folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return Project(tmp_path)
