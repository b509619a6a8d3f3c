"""What posteriors and single observables say, against closed forms; what says too little."""

from functools import cache

import numpy as np
import pytest
from scipy import stats

from bf_vae.diagnostics import calibration_table, learned_information

RNG = np.random.default_rng(0)
N, NUM_DRAWS = 2000, 800
TRUTHS = RNG.normal(size=(N, 2))
# The first parameter twice through noise of its own size, the second as an angle of many turns.
ANGLE = (6 * TRUTHS[:, 1] + 0.3 * RNG.normal(size=N)) % (2 * np.pi)
OBSERVABLES = np.column_stack([TRUTHS[:, :1] + RNG.normal(size=(N, 2)), ANGLE])
PRIOR = RNG.normal(size=(N, NUM_DRAWS, 2))


@cache
def exact_draws():
    """Of the second parameter by its distribution function on a grid."""
    mean, deviation = OBSERVABLES[:, :2].sum(axis=1) / 3, np.sqrt(1 / 3)
    first = mean[:, np.newaxis] + deviation * RNG.normal(size=(N, NUM_DRAWS))
    grid = np.linspace(-4, 4, 4001)
    second = np.empty((N, NUM_DRAWS))
    for i, angle in enumerate(ANGLE):
        distance = (6 * grid - angle + np.pi) % (2 * np.pi) - np.pi
        density = np.cumsum(np.exp(-0.5 * grid**2 - 0.5 * (distance / 0.3) ** 2))
        second[i] = grid[np.searchsorted(density / density[-1], RNG.uniform(size=NUM_DRAWS))]
    return np.stack([first, second], axis=2)


def test_an_exact_posterior_says_enough():
    table = learned_information(exact_draws(), TRUTHS, OBSERVABLES, ["a", "b"], ["u", "v", "w"])
    assert table.index.tolist() == ["a", "b"]
    assert table["verdict"].tolist() == ["enough", "enough"]
    assert table["observable"].isin(["u", "v"]).tolist() == [True, False]
    # Of a Gaussian and its sum with another, without bins.
    assert table.loc["a", "least"] == pytest.approx(np.log(2) / 2, abs=0.03)
    edges = np.quantile(TRUTHS[:, 0], np.arange(17) / 16)
    edges[[0, -1]] = -np.inf, np.inf
    mean = OBSERVABLES[:, :2].sum(axis=1, keepdims=True) / 3
    shares = np.diff(stats.norm.cdf(edges, mean, np.sqrt(1 / 3)))
    inside = np.searchsorted(edges, TRUTHS[:, 0]) - 1
    expected = np.log(16 * shares[np.arange(N), inside]).mean()
    assert table.loc["a", "learned"] == pytest.approx(expected, abs=0.02)
    assert table.loc["b", "learned"] == pytest.approx(table.loc["b", "least"], abs=0.15)
    assert table.loc["b", "least"] > 0.6


def test_the_prior_says_too_little_and_is_calibrated():
    draws = exact_draws().copy()
    draws[:, :, 1] = PRIOR[:, :, 1]
    assert set(calibration_table(draws, TRUTHS)["verdict"]) == {"calibrated"}
    table = learned_information(draws, TRUTHS, OBSERVABLES)
    assert table["verdict"].tolist() == ["enough", "too little"]
    assert table["observable"].tolist()[1] == "observable_3"
    assert table.loc["theta_2", "learned"] == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize(("share", "verdict"), [(0.3, "enough"), (0.7, "too little")])
def test_half_of_it_is_enough(share, verdict):
    draws = np.where((RNG.uniform(size=N) < share)[:, np.newaxis, np.newaxis], PRIOR, exact_draws())
    table = learned_information(draws, TRUTHS, OBSERVABLES)
    assert table.loc["theta_2", "verdict"] == verdict
    assert table.loc["theta_2", "learned"] < table.loc["theta_2", "least"] - 0.1


def test_little_is_not_missed():
    weak = TRUTHS + 3 * RNG.normal(size=(N, 2))
    table = learned_information(PRIOR, TRUTHS, weak)
    np.testing.assert_allclose(table["least"], np.log(1 + 1 / 9) / 2, atol=0.03)
    assert set(table["verdict"]) == {"enough"}


def test_rare_zeros_are_a_bin_of_their_own():
    is_above = np.quantile(TRUTHS, 1 / 32, axis=0) < TRUTHS
    table = learned_information(PRIOR, TRUTHS, is_above)
    # Half of the lowest of sixteen bins: what is left of not knowing which, is log 2 in these.
    expected = stats.entropy([1 / 32, 31 / 32]) - np.log(2) / 16
    np.testing.assert_allclose(table["least"], expected, atol=0.01)


def test_lists_and_sets():
    few = [x[:200] for x in (PRIOR, TRUTHS, OBSERVABLES)]
    sets = few[2][..., np.newaxis]
    again = learned_information(*(x.tolist() for x in (*few[:2], sets)))
    np.testing.assert_array_equal(learned_information(*few), again)


@pytest.mark.parametrize("n", [100, 1000])
def test_of_data_that_say_nothing_the_prior_says_enough(n):
    # Counts and a constant among them: ties fall into one bin.
    noise = RNG.normal(size=(n, 100)), RNG.poisson(0.5, (n, 100)), np.ones((n, 1))
    table = learned_information(PRIOR[:n], TRUTHS[:n], np.hstack(noise))
    assert set(table["verdict"]) == {"enough"}
    assert table["learned"].abs().max() < 0.1


def test_a_posterior_that_excludes_the_truth_says_less_than_nothing():
    table = learned_information(PRIOR + 20, TRUTHS, OBSERVABLES)
    assert (table["learned"] < -1).all()
    assert set(table["verdict"]) == {"too little"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"observables": OBSERVABLES[:-1]}, r"shape \(2000, ...\) to fit 2000 data sets"),
        ({"observables": OBSERVABLES[:, 0]}, r"got \(2000,\)"),
        ({"observables": np.where(OBSERVABLES > 0, np.nan, 1)}, "Observables hold NaN"),
        ({"observable_names": ["u"]}, "1 names were given for 3 observables"),
        ({"names": ["a"]}, "1 names were given for 2 parameters"),
        ({"alpha": 0}, "alpha= takes probabilities"),
        ({"truths": TRUTHS[:, :1]}, "True parameters need shape"),
    ],
)
def test_bad_input(change, message):
    arguments = {"draws": PRIOR, "truths": TRUTHS, "observables": OBSERVABLES}
    with pytest.raises(ValueError, match=message):
        learned_information(**(arguments | change))


def test_few_data_sets():
    with pytest.raises(ValueError, match="100 data sets or more, got 99"):
        learned_information(PRIOR[:99], TRUTHS[:99], OBSERVABLES[:99])
