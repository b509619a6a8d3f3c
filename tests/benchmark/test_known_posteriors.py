"""The small problems' exact posteriors, against closed forms and integrals."""

import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, special, stats

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
OWN_MODULES = (
    "known_posteriors", "problems", "one_parameter", "several_parameters", "time_series",
    "problem",
)  # fmt: skip


@pytest.fixture(scope="module")
def script():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BENCHMARKS)
        yield import_module("known_posteriors")
        for name in OWN_MODULES:
            sys.modules.pop(name)


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
        ("half-Cauchy prior", np.geomspace(1e-4, 1e5, 1001)),
        ("angle after several turns", np.linspace(-6, 6, 301)),
        ("angle after many turns", np.linspace(-6, 6, 1201)),
        ("codes without order", np.linspace(-7, 7, 7002)),
        ("small difference of large numbers", np.linspace(-6, 6, 501)),
    ],
)
def test_posteriors_of_one_parameter_integrate_to_one(name, grid, script):
    problem = script.PROBLEMS[name]
    for row in problem.simulate(3, np.random.default_rng(0))[1]:
        repeated = np.tile(row, (len(grid), 1))
        inside = grid < np.inf
        if name == "hard edge":
            inside = grid > row.max()
        if name == "codes without order":
            place = [1, 3, 5, 0, 4, 2][int(row[0])]
            inside = np.searchsorted([-2, -1, 0, 1, 2], grid) == place
        density = np.exp(problem.log_posterior(grid[:, np.newaxis], repeated)) * inside
        assert integrate.trapezoid(density, grid) == pytest.approx(1, abs=5e-3)


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("funnel", np.linspace(-9, 10, 39), np.linspace(-3, 4.4, 297)),
        ("shares of three classes", np.linspace(0.001, 0.999, 400), np.linspace(0.001, 0.999, 400)),
        (
            "zeros and orders of magnitude",
            np.linspace(0, 1, 21),
            np.geomspace(1e-6, 1e6, 200),
        ),
    ],
)
def test_posteriors_of_two_parameters_integrate_to_one(name, first, second, script):
    problem = script.PROBLEMS[name]
    _, y = problem.simulate(1, np.random.default_rng(2))
    a, b = (x.ravel() for x in np.meshgrid(first, second, indexing="ij"))
    inside = a + b < 1 if name == "shares of three classes" else a < np.inf
    theta = np.stack([a, b], axis=1)[inside]
    density = np.zeros(len(a))
    density[inside] = np.exp(problem.log_posterior(theta, np.repeat(y, len(theta), axis=0)))
    density = density.reshape(len(first), len(second))
    total = integrate.trapezoid(integrate.trapezoid(density, second), first)
    assert total == pytest.approx(1, abs=1e-2)


def test_quadrature_over_two_parameters(script):
    problem = script.PROBLEMS["location and scale"]
    theta, y, exact = simulated(problem, 5)
    scales = np.exp(np.linspace(-5, 5, 801))
    for one, row, density in zip(theta, y, exact, strict=True):
        # The location is integrated out by hand, the scale on a grid of its own.
        spread = np.sqrt(9 + scales**2 / 6)
        rest = np.sum((row - row.mean()) ** 2)
        log_scale = stats.lognorm.logpdf(scales, 1) + stats.norm.logpdf(row.mean(), 0, spread)
        log_scale += -5 * np.log(scales) - rest / (2 * scales**2)
        weights = log_scale + np.log(np.gradient(scales))
        at = np.interp(one[1], scales, log_scale) - special.logsumexp(weights)
        variance = 1 / (1 / 9 + 6 / one[1] ** 2)
        mean = variance * row.sum() / one[1] ** 2
        expected = at + stats.norm.logpdf(one[0], mean, np.sqrt(variance))
        assert density == pytest.approx(expected, abs=0.02)


def test_an_autoregression_is_a_chain_of_normals(script):
    problem = script.PROBLEMS["autoregression over 100 steps"]
    theta, y, exact = simulated(problem, 4)
    # The ratio of posteriors of one series does not need the evidence.
    other = theta * [0.9, 1.1]
    differences = problem.log_posterior(other, y) - exact
    expected = []
    for pair, row in zip(np.stack([other, theta], axis=1), y, strict=True):
        mean = pair[:, :1] * np.concatenate([[0], row[:-1]])
        joint = stats.norm.logpdf(row, mean, pair[:, 1:]).sum(axis=1)
        joint += stats.lognorm.logpdf(pair[:, 1], 1)
        expected.append(joint[0] - joint[1])
    np.testing.assert_allclose(differences, expected, rtol=1e-6)


def test_three_statistics_of_an_autoregression_say_all_of_it(script):
    theta, _, exact = simulated(script.PROBLEMS["autoregression over 100 steps"], 4)
    same, y, by_statistics = simulated(script.PROBLEMS["the same by three statistics"], 4)
    assert y.shape == (4, 3)
    np.testing.assert_array_equal(same, theta)
    np.testing.assert_allclose(by_statistics, exact, rtol=1e-9)


def test_beside_a_line_is_the_problem(script):
    problem = script.PROBLEMS["turns beside a line"]
    line = np.linspace(-4, 4, 401)
    theta = np.stack([line, np.full_like(line, 0.3)], axis=1)
    y = np.array([0.5, 1.2])
    density = np.exp(problem.log_posterior(theta, np.tile(y, (len(line), 1))))
    alone = script.PROBLEMS["angle after several turns"].log_posterior(theta[:1, 1:], y[None, 1:])
    assert integrate.trapezoid(density, line) == pytest.approx(np.exp(alone[0]), rel=1e-3)


def test_signs_integrate_to_one(script):
    two = import_module("several_parameters").signs(2)
    grid = np.linspace(-4, 4, 801)
    theta = np.stack(np.meshgrid(grid, grid), axis=-1).reshape(-1, 2)
    density = np.exp(two.log_posterior(theta, np.tile([[0.7, 0.05]], (len(theta), 1))))
    assert density.sum() * (grid[1] - grid[0]) ** 2 == pytest.approx(1, abs=1e-3)


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
