"""From simulations to a checked posterior without a line of Python."""

import numpy as np
import pandas as pd
import pytest

from bf_vae.cli import draw
from bf_vae.cli.application import console
from bf_vae.trainers import recipe
from bf_vae.trainers.regimes import Resimulation

pytestmark = pytest.mark.usefixtures("uncompiled")


def test_fit(fitted):
    result = fitted.fit_result
    assert result.exit_code == 0, result.output
    output = " ".join(result.output.split())
    rows = ("parameters │ mu, nu ", "simulations │ 600 ", "epochs │ ")
    for shown in (*rows, "best validation loss, nats", "Model: "):
        assert shown in output
    assert (fitted / "model.keras").exists()
    assert not list(fitted.folder.glob(".*"))


def test_info(fitted, tmp_path):
    output = fitted.run("info", "model.keras").output
    for shown in ("CPVAEAmortizer", "mu, nu", "a, b, c", "-inf:inf, -10.0:inf", "bf_vae 0."):
        assert shown in output
    np.savez(tmp_path / "x.npz", **{"theta[a]": np.zeros(2)})
    assert "theta[a]" in fitted.run("info", tmp_path / "x.npz").output
    output = fitted.run("info", "sims.npz").output
    assert "shape (600, 2)" in output
    output = fitted.run("info", "test.parquet").output
    assert "120" in output
    assert "0 missing" in output


@pytest.mark.usefixtures("short_likelihood")
def test_fit_resimulates_where_it_overfits(project, monkeypatch):
    monkeypatch.setattr(recipe, "LEAST_OVERFITTING", -100.0)
    shares = []
    epoch = Resimulation.epoch
    monkeypatch.setattr(
        Resimulation, "epoch", lambda self, *a: (shares.append(self._share), epoch(self, *a))[1]
    )
    arguments = ("fit", "sims.npz", "-o", "two.keras", "--epochs", 1)
    result = project.run(*arguments)
    assert result.exit_code == 0, result.output
    assert shares == [0.8]
    assert "resimulated share" in project.run("info", "two.keras").output
    for options in (("--method", "cp-vae-paper"), ("--no-resimulation",)):
        result = project.run(*arguments, *options)
        assert result.exit_code == 0, result.output
    assert len(shares) == 1
    assert "overfits" not in result.output


def test_sample(project, linear_gaussian):
    result = project.run("sample", "model.keras", "obs.csv", "-n", 2000, "-o", "out.csv")
    assert result.exit_code == 0, result.output
    assert "2,000 draws for each of 1 observations" in " ".join(result.output.split())
    draws = pd.read_csv(project / "out.csv")
    assert list(draws) == ["mu", "nu"]
    assert len(draws) == 2000
    mean, covariance = linear_gaussian.posterior(pd.read_csv(project / "obs.csv").iloc[0])
    np.testing.assert_allclose(draws.mean(), mean, atol=0.2)
    np.testing.assert_allclose(draws.cov(), covariance, atol=0.06)


def test_posteriors_are_the_exact_ones(project, linear_gaussian, monkeypatch):
    monkeypatch.setattr(draw, "BLOCK", 25_000)  # 50 of the 120 observations at a time
    project.run("sample", "model.keras", "test.parquet", "-n", 500, "-q", "-o", "out.parquet")
    draws = pd.read_parquet(project / "out.parquet").groupby("observation")[["mu", "nu"]]
    data = pd.read_parquet(project / "test.parquet")[["a", "b", "c"]].to_numpy()
    means = np.array([linear_gaussian.posterior(y)[0] for y in data])
    spread = np.sqrt(np.diag(linear_gaussian.posterior(data[0])[1]))
    # A prior's spread is 2.5 times as large, an untrained network's more than 3 times.
    error = np.sqrt(((draws.mean() - means) ** 2).mean()) / spread
    assert (error < 0.35).all(), error
    assert (draws.std().mean() / spread).between(0.85, 1.25).all()


def test_sample_many_observations_by_name_or_order_and_repeatably(project):
    arguments = ("-n", 5, "--seed", 3, "-q")
    # Columns are found by name, whatever else is there.
    result = project.run("sample", "model.keras", "test.parquet", "-o", "by_name.csv", *arguments)
    assert (result.exit_code, result.output) == (0, "")
    draws = pd.read_csv(project / "by_name.csv")
    assert list(draws) == ["observation", "mu", "nu"]
    assert draws["observation"].tolist() == np.repeat(np.arange(1, 121), 5).tolist()
    data = pd.read_parquet(project / "test.parquet")[["a", "b", "c"]]
    np.savetxt(project / "headless.csv", data, delimiter=",")
    np.savez(project / "arrays.npz", anything=data)
    for file in ("headless.csv", "arrays.npz"):
        result = project.run("sample", "model.keras", file, "-o", "by_order.npz", *arguments)
        assert result.exit_code == 0, result.output
        with np.load(project / "by_order.npz") as again:
            assert again["parameters"].shape == (120, 5, 2)
            assert again["parameter_names"].tolist() == ["mu", "nu"]
            rows = again["parameters"].reshape(-1, 2)
        np.testing.assert_allclose(rows, draws[["mu", "nu"]], rtol=1e-4, atol=1e-4)


def test_draws_without_a_seed_differ(project):
    for name in ("first.npz", "second.npz"):
        project.run("sample", "model.keras", "obs.csv", "-n", 5, "-o", name)
    first, second = (np.load(project / f"{n}.npz")["parameters"] for n in ("first", "second"))
    assert not np.isclose(first, second).any()


def test_progress_on_terminals(project, monkeypatch):
    arguments = ("sample", "model.keras", "obs.csv", "-n", 5, "-o", "out.csv")
    assert "Sampling" not in project.run(*arguments).output
    monkeypatch.setattr(type(console), "is_terminal", True)
    assert "Sampling: 100%" in project.run(*arguments).output
    assert project.run(*arguments, "-q").output == ""


def test_check(project):
    outputs = ("-o", "report.csv", "-o", "report.png", "-o", "report.parquet")
    result = project.run("check", "model.keras", "test.parquet", "-n", 50, *outputs)
    assert result.exit_code == 0, result.output
    assert "Calibration on 120 simulations" in result.output
    assert "So few" not in result.output
    table = pd.read_csv(project / "report.csv", index_col="parameter")
    assert table.index.tolist() == ["mu", "nu"]
    assert table["verdict"].tolist() == ["calibrated", "calibrated"]
    # Of the exact posterior: 0.85 and 0.84.
    assert table["contraction"].between(0.75, 0.9).all()
    assert set(table) >= {"rank_p_value", "coverage_50", "coverage_80", "coverage_95", "verdict"}
    assert table["observable"].isin(["a", "b", "c"]).all()
    assert (table["learned"] > table["least"]).all()
    assert pd.read_parquet(project / "report.parquet")["parameter"].tolist() == ["mu", "nu"]
    assert (project / "report.png").read_bytes().startswith(b"\x89PNG")
    assert not list(project.folder.glob(".*"))
    pd.read_parquet(project / "test.parquet")[:99].to_csv(project / "few.csv", index=False)
    result = project.run("check", "model.keras", "few.csv", "-n", 20)
    assert "So few simulations show gross errors only: take 100 or more." in result.output
    # Quiet, and the table is in the file.
    result = project.run("check", "model.keras", "test.parquet", "-n", 20, "-q", "-o", "new.csv")
    assert (result.exit_code, result.output) == (0, "")


def test_check_tells_a_wrong_simulator(project):
    frame = pd.read_parquet(project / "test.parquet")
    frame["mu"] += 3
    frame.to_csv(project / "shifted.csv", index=False)
    project.run("check", "model.keras", "shifted.csv", "-n", 50, "-q", "-o", "report.csv")
    table = pd.read_csv(project / "report.csv", index_col="parameter")
    assert table.loc["mu", "verdict"] == "too low"


def test_check_tells_a_posterior_that_is_the_prior(project, monkeypatch):
    def draw_prior(amortizer, observables, num_samples, seed, progress_bar):
        return np.random.default_rng(seed).normal(size=(len(observables), num_samples, 2))

    monkeypatch.setattr("bf_vae.cli.check.draw_posteriors", draw_prior)
    result = project.run("check", "model.keras", "test.parquet", "-n", 200, "-o", "report.csv")
    table = pd.read_csv(project / "report.csv", index_col="parameter")
    assert table["verdict"].tolist() == ["too little", "too little"]
    for name, row in table.iterrows():
        message = f"{name}: the posterior says {row['learned']:.2f} nats of it, {row['observable']}"
        assert f"{message} alone {row['least']:.2f}." in " ".join(result.output.split())


@pytest.mark.parametrize("method", ["up-vae", "cp-vae-paper"])
def test_fit_from_arrays_and_drop_rows(project, method):
    with np.load(project / "sims.npz") as file:
        parameters, observables = file["parameters"], file["observables"]
    observables[[3, 7]] = np.nan
    np.savez(project / "gaps.npz", parameters=parameters, observables=observables)
    arguments = ("fit", "gaps.npz", "-o", "new/m.keras", "--method", method, "--epochs", 1)
    assert "2 of 600 simulations hold NaN or infinity (rows 4, 8)" in project.error(*arguments)
    result = project.run(*arguments, "--drop-invalid", "-q")
    assert (result.exit_code, result.output) == (0, "")
    output = " ".join(project.run("info", "new/m.keras").output.split())
    assert "simulations │ 598" in output
    assert "epochs │ 1" in output


def test_observables_that_say_nothing_are_named(project):
    rng = np.random.default_rng(0)
    theta, noise = rng.normal(size=(2, 2000))
    table = pd.DataFrame({"mu": theta, "y": theta + rng.normal(size=2000), "weather": noise})
    table.to_csv(project / "weather.csv", index=False)
    arguments = ("fit", "weather.csv", "--parameters", "mu", "--epochs", 1)
    result = project.run(*arguments, "-o", "weather.keras")
    assert "left out │ 1 " in " ".join(result.output.split()), result.output
    assert "left out │ weather" in " ".join(project.run("info", "weather.keras").output.split())
    result = project.run(*arguments, "--all-features", "-o", "all.keras")
    assert "left out" not in result.output + project.run("info", "all.keras").output
