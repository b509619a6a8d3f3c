"""The small problems' exact posteriors, against closed forms and integrals."""

import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, special, stats

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def script():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BENCHMARKS)
        yield import_module("known_posteriors")
        sys.modules.pop("known_posteriors")
        sys.modules.pop("problems")


def simulated(problem, n=100):
    theta, y = problem.simulate(n, np.random.default_rng(0))
    return theta, y, problem.log_posterior(theta, y)


def test_quadrature_gives_the_conjugate_posteriors(script):
    theta, y, exact = simulated(script.PROBLEMS["counts"])
    conjugate = stats.gamma(0.5 + y.sum(axis=1), scale=1 / (0.1 + 5))
    np.testing.assert_allclose(exact, conjugate.logpdf(theta[:, 0]), atol=1e-3)
    theta, y, exact = simulated(script.PROBLEMS["thousand trials"])
    conjugate = stats.beta(1 + y[:, 0], 1001 - y[:, 0])
    np.testing.assert_allclose(exact, conjugate.logpdf(theta[:, 0]), atol=1e-3)


def test_linear_gaussian_posterior_is_that_of_the_joint_distribution(script):
    theta, y, exact = simulated(script.PROBLEMS["units of 1e-12 and 1e9"])
    location, unit = np.array([3e-12, 5e9]), np.array([1e-12, 1e9])
    # y = u + noise of 0.2: u given y has mean y / 1.04.
    expected = stats.norm.logpdf((theta - location) / unit, y / 1.04, np.sqrt(0.04 / 1.04))
    np.testing.assert_allclose(exact, expected.sum(axis=1) - np.log(unit).sum())
    problem = script.PROBLEMS["twenty parameters"]
    theta, y, exact = simulated(problem, 40_000)
    slopes, *_ = np.linalg.lstsq(y, theta, rcond=None)
    left = theta - y @ slopes
    gaussian = stats.multivariate_normal(np.zeros(20), np.cov(left.T))
    np.testing.assert_allclose(exact.mean(), gaussian.logpdf(left).mean(), atol=0.02)


@pytest.mark.parametrize(
    ("name", "grid"),
    [
        ("hard edge", np.linspace(1e-5, 1, 100_001)),
        ("prior at both ends", special.expit(np.linspace(-36, 36, 20_001))),
        ("log-uniform rate", np.geomspace(1e-6, 1e6, 2001)),
        ("angle", np.linspace(-np.pi, np.pi, 501)),
    ],
)
def test_posteriors_of_one_parameter_integrate_to_one(name, grid, script):
    problem = script.PROBLEMS[name]
    for row in problem.simulate(3, np.random.default_rng(0))[1]:
        repeated = np.tile(row, (len(grid), 1))
        inside = grid > row.max() if name == "hard edge" else grid < np.inf
        density = np.exp(problem.log_posterior(grid[:, np.newaxis], repeated)) * inside
        assert integrate.trapezoid(density, grid) == pytest.approx(1, abs=5e-3)


def test_the_funnel_integrates_to_one(script):
    v, x = np.linspace(-10, 12, 111), np.linspace(-3, 4.4, 297)
    parts = [
        script.PROBLEMS["funnel"].log_posterior(
            np.stack([np.full_like(x, one), x], axis=1), np.full((len(x), 1), 0.7)
        )
        for one in v
    ]
    assert np.exp(parts).sum() * (v[1] - v[0]) * (x[1] - x[0]) == pytest.approx(1, abs=1e-2)


@pytest.mark.usefixtures("uncompiled")
def test_a_row_and_the_table(script, tmp_path, monkeypatch):
    row = script.run("data that say nothing", 200, 0, epochs=1)
    assert set(row) | set(script.KEY) == set(script.COLUMNS)
    assert row["exact"] == pytest.approx(3 * stats.gamma(2).entropy(), abs=0.2)
    assert row["excess"] > -0.2
    monkeypatch.setattr(script, "RESULTS", tmp_path / "rows.csv")
    key = {"problem": "data that say nothing", "budget": 200, "seed": 0}
    pd.DataFrame([key | row]).to_csv(script.RESULTS, index=False)
    assert f"| data that say nothing | 3 | 200 | {row['exact']:.3f} |" in script.table()
