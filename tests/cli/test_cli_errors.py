"""Bad input: what is wrong and what to do, exit code 2, and nothing half-written."""

import json
import zipfile

import numpy as np
import pandas as pd
import pytest

from bf_vae.cli import fit as fit_module
from bf_vae.cli import sample as sample_module

pytestmark = pytest.mark.usefixtures("uncompiled")
# One epoch: what is wrongly accepted shall fail soon.
FIT = ("fit", "sims.csv", "-o", "new.keras", "--parameters", "mu,nu", "--epochs", 1)


@pytest.fixture
def no_training(monkeypatch):
    """Errors come before training."""

    def fail(*args, **kwargs):
        raise AssertionError("trained although the arguments are bad")

    monkeypatch.setattr(fit_module, "_train", fail)


BAD_FITS = [
    (("fit", "none.csv", "-o", "new.keras"), "There is no file"),
    (("fit", "none.npz", "-o", "new.keras"), "There is no file"),
    (("fit", "sims.csv", "-o", "new.keras"), "Name the columns of parameters by --parameters"),
    ((*FIT[:5], "mu,xi"), "has no columns xi; there are mu, nu, a, b, c."),
    ((*FIT, "--observables", "a,nu"), "Columns nu cannot be parameters and observables."),
    ((*FIT[:5], "mu,mu"), "The parameters name mu more than once; name each column once."),
    ((*FIT[:5], ""), "No parameters are named. Name one or more, or leave --parameters out."),
    ((*FIT, "--observables", "a, a"), "The observables name a more than once"),
    ((*FIT, "--observables", ","), "No observables are named."),
    ((*FIT[:5], "mu,nu,a,b,c"), "no columns besides the parameters"),
    ((*FIT[:3], "new.h5", *FIT[4:]), "A model's file ends in .keras"),
    ((*FIT, "--method", "vae"), "--method: 'vae' is none of cp-vae, up-vae"),
    ((*FIT, "--method", "cp-vae-paper", "--support", "0:1"), "know no support"),
    ((*FIT, "--support", "0;1"), "--support '0;1' is not of the form lower:upper"),
    (("fit", "sims.npz", "-o", "new.keras", "--parameters", "mu"), "1 names for 2 parameters: mu"),
    (("fit", "model.keras", "-o", "new.keras"), "it must be one of .npz, .csv, .parquet"),
]


@pytest.mark.usefixtures("no_training")
@pytest.mark.parametrize(("arguments", "message"), BAD_FITS)
def test_fit(arguments, message, project):
    assert message in project.error(*arguments)


@pytest.mark.parametrize(
    ("support", "message"),
    [
        ("0:1", "lie outside the declared support"),
        ("1:0", "every lower bound below its upper bound"),
        ("-9:9,-9:9,-9:9", "bounds for 3 parameters, but there are 2"),
    ],
)
def test_support_that_does_not_fit(support, message, project):
    assert message in project.error(*FIT, "--support", support)


def test_simulations_that_cannot_be_fitted(project):
    frame = pd.read_csv(project / "sims.csv")
    gaps = frame.copy()
    gaps.loc[2] = np.nan
    cases = {
        "few.csv": (frame.head(19), "19 simulations are too few: there must be 20"),
        "empty.csv": (frame.head(0), "holds no simulations"),
        "text.csv": (frame.astype(object).replace({"b": {frame["b"][4]: "?"}}), "holds '?' in row"),
        "index.csv": (frame.rename(columns={"c": ""}), "columns without a name"),
        "fixed.csv": (frame.assign(nu=2.0), "Nothing can be learned of the parameters nu: "),
        "gaps.csv": (gaps, "1 of 600 simulations hold NaN"),
    }
    for name, (bad, message) in cases.items():
        bad.to_csv(project / name, index=False)
        assert message in project.error("fit", name, *FIT[2:]), name
    series = np.zeros((50, 6, 1))
    np.savez(project / "series.npz", parameters=np.zeros((50, 2)), observables=series)
    message = project.error("fit", "series.npz", "-o", "new.keras")
    assert "Sets and series need a summary network" in message
    frame.to_csv(project / "bare.csv", index=False, header=False)
    assert "has no header" in project.error("fit", "bare.csv", *FIT[2:])
    (project / "bytes.npz").write_bytes(b"\x00\x01")
    assert "is no .npz file of numbers" in project.error("fit", "bytes.npz", *FIT[2:4])
    (project / "bytes.parquet").write_bytes(b"\x00\x01")
    assert "cannot be read as a table" in project.error("fit", "bytes.parquet", *FIT[2:])


@pytest.mark.usefixtures("no_training")
@pytest.mark.parametrize(
    ("command", "file"),
    [(("fit", "sims.csv"), "m.keras"), (("sample", "model.keras", "obs.csv"), "p.csv")]
    + [(("check", "model.keras", "test.parquet"), name) for name in ("t.csv", "t.png")],
)
def test_output_that_cannot_be_written(command, file, project):
    (project / "taken").write_text("")
    (project / f"folder{file}").mkdir()
    assert "Error: [Errno" in project.error(*command, "-o", project / "taken" / file)
    message = project.error(*command, "-o", project / f"folder{file}")
    assert "is a folder; name a file in it." in message


@pytest.mark.parametrize("command", ["sample", "check"])
def test_suffixes_of_outputs(command, project):
    message = project.error(command, "model.keras", "test.parquet", "-o", "out.docx")
    assert "'.docx'" in message or "no .docx pictures" in message


def rewrite_card(path, **changes):
    with zipfile.ZipFile(path) as file:
        entries = {name: file.read(name) for name in file.namelist()}
    metadata = json.loads(entries["metadata.json"])
    metadata["bf_vae"] |= changes
    entries["metadata.json"] = json.dumps(metadata).encode()
    with zipfile.ZipFile(path, "w") as file:
        for name, content in entries.items():
            file.writestr(name, content)


COMMANDS = [
    ("info",),
    ("sample", "obs.csv", "-o", "out.csv"),
    ("check", "test.parquet", "-o", "out.csv"),
]


@pytest.mark.parametrize("command", COMMANDS)
def test_files_that_are_no_models(command, project):
    name, *rest = command
    assert "There is no file" in project.error(name, "none.keras", *rest)
    (project / "text.keras").write_text("no model")
    assert "is no saved bf_vae model: it is damaged" in project.error(name, "text.keras", *rest)
    rewrite_card(project / "model.keras", format=99, versions={"bf_vae": "9.1"})
    message = project.error(name, "model.keras", *rest)
    assert "made by a newer bf_vae (9.1; installed is 0." in message
    assert "Update bf_vae: git pull" in message


def test_damaged_weights(project):
    with zipfile.ZipFile(project / "model.keras") as file:
        entries = {name: file.read(name) for name in file.namelist()}
    entries["model.weights.h5"] = entries["model.weights.h5"][:1000]
    with zipfile.ZipFile(project / "model.keras", "w") as file:
        for name, content in entries.items():
            file.writestr(name, content)
    message = project.error("sample", "model.keras", "obs.csv", "-o", "out.csv")
    assert "could not be loaded: it is damaged, or made with other versions" in message


def test_observations_that_do_not_fit(project):
    def error(frame, name="bad.csv", **options):
        frame.to_csv(project / name, index=False, **options)
        return project.error("sample", "model.keras", name, "-o", "out.csv")

    good = pd.read_csv(project / "obs.csv")
    assert "has no columns c, which the model was trained on; there are a, b" in error(
        good[["a", "b"]]
    )
    message = error(good[["a", "b"]], header=False)
    assert "an observation of this model has 3 numbers, this one has 2" in message
    message = error(pd.concat([good, good * np.nan]))
    assert "1 of 2 observations hold NaN or infinity (rows 2)" in message
    np.savez(project / "bad.npz", x=np.zeros(3), y=np.zeros(3))
    message = project.error("sample", "model.keras", "bad.npz", "-o", "out.csv")
    assert "has no array 'observables', only ['x', 'y']" in message
    np.savez(project / "bad.npz", observables=np.zeros((1, 4)))
    message = project.error("sample", "model.keras", "bad.npz", "-o", "out.csv")
    assert "has 3 numbers, this one has 4" in message


def test_a_parameter_named_as_the_count_of_observations(project, monkeypatch):
    rewrite_card(project / "model.keras", parameter_names=["mu", "observation"])
    sample = ("sample", "model.keras")
    for arguments in (("obs.csv", "-o", "one.csv"), ("test.parquet", "-o", "many.npz")):
        assert project.run(*sample, *arguments, "-n", 2).exit_code == 0
    # Told before the model samples.
    monkeypatch.setattr(sample_module, "draw_posteriors", None)
    for name in ("many.csv", "many.parquet"):
        message = project.error(*sample, "test.parquet", "-o", name)
        assert "A parameter is named 'observation', as is the count of the observations" in message


def test_simulations_that_do_not_fit_the_model(project):
    frame = pd.read_parquet(project / "test.parquet")
    frame.drop(columns="b").to_csv(project / "less.csv", index=False)
    assert "has no columns b; there are" in project.error("check", "model.keras", "less.csv")
    frame.head(1).to_csv(project / "one.csv", index=False)
    assert "calibration needs many" in project.error("check", "model.keras", "one.csv")
    np.savez(project / "wide.npz", parameters=np.zeros((30, 2)), observables=np.zeros((30, 4)))
    assert "3 names for 4 observables" in project.error("check", "model.keras", "wide.npz")
    rewrite_card(project / "model.keras", observable_names=None)
    message = project.error("check", "model.keras", "wide.npz")
    assert "2 parameters and observables of shape (4,); the model has 2 and (3,)." in message
