"""Every check says "calibrated" of an exact posterior and something else of a wrong one."""

import numpy as np
import pytest
from scipy import stats

from bf_vae import diagnostics as dx
from bf_vae._bayesflow import bayesflow_major

RNG = np.random.default_rng(0)
WRONG = ("too narrow", "too wide", "too low", "too high")


@pytest.mark.parametrize("kind", ["exact", *WRONG])
def test_verdicts(kind, posteriors):
    table = dx.calibration_table(posteriors.draw(kind), posteriors.truths, names=["a", "b"])
    assert table.index.tolist() == ["a", "b"]
    assert set(table["verdict"]) == {"calibrated" if kind == "exact" else kind}
    assert (table["rank_p_value"] > 0.05).all() == (kind == "exact")
    exact = 1 - np.diag(posteriors.covariance) / posteriors.truths.var(axis=0, ddof=1)
    if kind in ("exact", "too low", "too high"):
        np.testing.assert_allclose(table["contraction"], exact, atol=0.01)


def test_verdicts_on_many_parameters():
    # Each is compared with alpha / 30, which is below what the simulated bands resolve.
    truths, draws = RNG.normal(size=(200, 30)), RNG.normal(size=(200, 100, 30))
    assert set(dx.calibration_table(draws, truths)["verdict"]) == {"calibrated"}
    assert set(dx.calibration_table(0.2 * draws, truths)["verdict"]) == {"too narrow"}


def test_checks_do_not_repeat_the_numbers_of_the_truths():
    # The default seed of both, and the same order of numbers.
    truths = np.random.default_rng(0).uniform(size=(400, 3))
    ranks = dx.tarp_ranks(RNG.uniform(size=(400, 150, 3)), truths)
    assert dx.uniformity_p_value(ranks) > 0.01


@pytest.mark.parametrize(("kind", "scale"), [("exact", 1), ("too narrow", 0.6), ("too wide", 1.7)])
def test_coverage_is_that_of_the_closed_form(kind, scale, posteriors):
    draws, truths = posteriors.draw(kind), posteriors.truths
    table = dx.coverage(draws, truths, levels=(0.5, 0.8, 0.95))
    expected = 2 * stats.norm.cdf(scale * stats.norm.ppf(0.5 + table.index / 2)) - 1
    tolerance = 3.3 * np.sqrt(expected * (1 - expected) / len(truths))
    assert (np.abs(table.to_numpy() - expected[:, np.newaxis]) < tolerance[:, np.newaxis]).all()

    log_probs = [posteriors.log_prob(theta, kind) for theta in (draws, truths)]
    joint = dx.highest_density_coverage(*log_probs, levels=(0.5, 0.8, 0.95))["joint"]
    # In 2-D the region of level c is an ellipse of squared radius -2 log(1 - c).
    expected = 1 - (1 - table.index) ** (scale**2)
    tolerance = 3.3 * np.sqrt(expected * (1 - expected) / len(truths))
    assert (np.abs(joint - expected) < tolerance).all()


@pytest.mark.parametrize("kind", ["exact", "too narrow", "too wide"])
def test_tarp(kind, posteriors):
    draws, truths = posteriors.draw(kind), posteriors.truths
    ranks = dx.tarp_ranks(draws, truths, seed=1)
    assert (dx.uniformity_p_value(ranks) > 0.05) == (kind == "exact")
    table = dx.tarp_coverage(draws, truths, levels=[0.3], seed=1)
    assert table.loc[0.3, "TARP"] == np.mean(ranks <= 0.3)
    with pytest.raises(ValueError, match=r"References need shape \(400, 2\)"):
        dx.tarp_ranks(draws, truths, references=np.zeros((400, 3)))


def test_tarp_sees_a_posterior_that_ignores_the_data_where_references_depend_on_it(posteriors):
    # The prior is calibrated whatever the data; only references near the data tell.
    prior = RNG.normal(size=(400, 150, 2))
    far = dx.tarp_ranks(prior, posteriors.truths)
    near = dx.tarp_ranks(prior, posteriors.truths, references=posteriors.means)
    assert dx.uniformity_p_value(far) > 0.01 > dx.uniformity_p_value(near)


def test_ranks_of_exact_posteriors_are_uniform_for_few_draws_and_ties():
    truths = RNG.integers(3, size=(3000, 1))
    draws = RNG.integers(3, size=(3000, 4, 1))
    ranks = dx.fractional_ranks(draws, truths)
    assert stats.kstest(ranks[:, 0], "uniform").pvalue > 0.01
    # The same truth has other ranks, if ties all count to one side.
    assert stats.kstest((draws < truths[:, np.newaxis]).mean(axis=1)[:, 0], "uniform").pvalue < 1e-6


@pytest.mark.parametrize("n", [30, 250])
def test_bands_hold_uniform_samples_as_often_as_they_say(n):
    points, lower, upper = dx.ecdf_bands(n, 0.9)
    samples = np.sort(RNG.uniform(size=(2000, n)), axis=1)
    curves = np.stack([np.searchsorted(s, points, side="right") for s in samples]) / n
    inside = ((curves >= lower) & (curves <= upper)).all(axis=1)
    # Counts are whole numbers: the bands may hold a little more.
    assert 0.875 < inside.mean() < 0.93
    p_values = dx.uniformity_p_value(samples.T)
    assert abs(np.mean(p_values <= 0.1) - 0.1) < 0.025
    # The test and the picture agree, but for curves that touch the edge.
    assert np.mean((p_values > 0.1) == inside) > 0.97


def test_small_p_values_are_the_same_on_both_sides():
    ranks = RNG.uniform(0, 0.05, size=60)
    low, high = dx.uniformity_p_value(ranks), dx.uniformity_p_value(1 - ranks)
    assert 0 < low < 1e-50
    assert low == pytest.approx(high, rel=1e-6)


@pytest.mark.skipif(bayesflow_major() != 2, reason="compares with BayesFlow 2")
def test_against_bayesflow(posteriors):
    from bayesflow.diagnostics import metrics
    from bayesflow.utils.ecdf import simultaneous_ecdf_bands

    draws, truths = posteriors.draw("exact"), posteriors.truths
    table = dx.z_score_contraction(draws, truths)
    ours = table.groupby("parameter", sort=False).median()[["contraction", "z_score"]]
    for name, metric in (
        ("contraction", metrics.posterior_contraction),
        ("z_score", metrics.posterior_z_score),
    ):
        theirs = metric(draws, truths, aggregation=np.median)["values"]
        np.testing.assert_allclose(np.abs(ours[name]), np.abs(theirs), rtol=0.02, atol=1e-3)
    points, lower, upper = dx.ecdf_bands(100, 0.95)
    _, z, low, high = simultaneous_ecdf_bands(100, confidence=0.95)
    np.testing.assert_allclose(np.interp(z, points, lower)[5:-5], low[5:-5], atol=0.04)
    np.testing.assert_allclose(np.interp(z, points, upper)[5:-5], high[5:-5], atol=0.04)


def test_z_scores_of_exact_posteriors_are_standard_normal(posteriors):
    table = dx.z_score_contraction(
        posteriors.draw("exact"), posteriors.truths, prior_std=[1, 1], names=["a", "b"]
    )
    assert table["parameter"].tolist()[:3] == ["a", "b", "a"]
    assert table["dataset"].tolist()[:3] == [0, 0, 1]
    assert stats.kstest(table["z_score"], "norm").pvalue > 0.01
    expected = 1 - np.diag(posteriors.covariance)
    found = table.groupby("parameter")["contraction"].mean()
    np.testing.assert_allclose(found, expected, atol=0.01)


def test_a_truth_of_density_zero_is_in_no_region():
    draws, truths = RNG.normal(size=(40, 50)), np.repeat([100.0, -np.inf], [10, 30])
    assert dx.highest_density_coverage(draws, truths, levels=[0.9])["joint"].item() == 0.25


@pytest.mark.parametrize(
    ("where", "value", "message"),
    [
        (0, -np.inf, "densities of draws hold .* 1 of 30 data sets. Only a true parameter's may"),
        (0, np.nan, "densities of draws hold NaN or infinity in 1 of 30"),
        (1, np.nan, "densities of true parameters hold NaN or infinity in 1 of 30"),
        (1, np.inf, "densities of true parameters hold NaN or infinity in 1 of 30"),
    ],
)
def test_bad_log_densities(where, value, message):
    log_probs = np.zeros((30, 50)), np.zeros(30)
    log_probs[where][3] = value
    with pytest.raises(ValueError, match=message):
        dx.highest_density_coverage(*log_probs)


@pytest.mark.parametrize(
    ("draws", "truths", "message"),
    [
        ((30, 50), (30, 1), r"of true parameters need shape \(30,\) .* \(30, 50\), got \(30, 1\)"),
        ((30,), (30,), r"of draws need shape \(datasets, draws\) .* got \(30,\)"),
        ((30, 1), (30,), "with two draws or more"),
    ],
)
def test_bad_shapes_of_log_densities(draws, truths, message):
    with pytest.raises(ValueError, match=message):
        dx.highest_density_coverage(np.zeros(draws), np.zeros(truths))


GOOD = np.zeros((5, 3, 2)), np.zeros((5, 2))
BAD = [
    ((GOOD[0][0], GOOD[1]), r"need shape \(datasets, draws, d\) .* got \(3, 2\)"),
    ((GOOD[0][:, :1], GOOD[1]), "with two draws or more"),
    ((GOOD[0], GOOD[1][:4]), r"True parameters need shape \(5, 2\) .* got \(4, 2\)"),
    ((np.full((5, 3, 2), np.nan), GOOD[1]), "Posterior draws hold NaN or infinity in 5 of 5"),
    ((GOOD[0], np.full((5, 2), np.inf)), "True parameters hold NaN or infinity in 5 of 5"),
]


@pytest.mark.parametrize(("arguments", "message"), BAD)
def test_bad_draws(arguments, message):
    for check in (dx.calibration_table, dx.coverage, dx.tarp_coverage, dx.plot_rank_ecdf):
        with pytest.raises(ValueError, match=message):
            check(*arguments)


def test_a_dictionary_of_draws():
    draws, truths = GOOD
    message = (
        r"Posterior draws must be an array, .* keys \['parameters'\].* draws\[\"parameters\"\]"
    )
    for check in (dx.calibration_table, dx.tarp_coverage, dx.z_score_contraction):
        with pytest.raises(TypeError, match=message):
            check({"parameters": draws}, truths)
    with pytest.raises(TypeError, match="True parameters must be an array"):
        dx.coverage(draws, {"parameters": truths})


@pytest.mark.parametrize("value", [0, 1, 5, -0.1, np.nan])
def test_probabilities_lie_between_0_and_1(value):
    message = r"{}= takes probabilities in \(0, 1\), got"
    with pytest.raises(ValueError, match=message.format("alpha")):
        dx.calibration_table(*GOOD, alpha=value)
    for check in (dx.coverage, dx.tarp_coverage):
        with pytest.raises(ValueError, match=message.format("levels")):
            check(*GOOD, levels=[0.5, value])
    for plot in (dx.plot_rank_ecdf, dx.plot_rank_histograms):
        with pytest.raises(ValueError, match=message.format("level")):
            plot(*GOOD, level=value)
    with pytest.raises(ValueError, match=message.format("level")):
        dx.plot_coverage(dx.coverage(*GOOD), 5, level=value)
    with pytest.raises(ValueError, match=message.format("levels")):
        dx.posterior_predictive(GOOD[1], [0, 0], levels=[0.5, value])


def test_bad_arguments():
    with pytest.raises(ValueError, match="3 names were given for 2 parameters"):
        dx.calibration_table(*GOOD, names=["a", "b", "c"])
    with pytest.raises(ValueError, match="one value or more, got 0"):
        dx.ecdf_bands(0)
    with pytest.raises(ValueError, match=r"fractions in \[0, 1\]"):
        dx.uniformity_p_value([0.5, 1.5])
    with pytest.raises(ValueError, match="give prior_std="):
        dx.z_score_contraction(GOOD[0][:1], GOOD[1][:1])
    with pytest.raises(ValueError, match=r"deviations need shape \(2,\) .* got \(3,\)"):
        dx.z_score_contraction(*GOOD, prior_std=[1, 1, 1])
    with pytest.raises(ValueError, match="calibration table needs two data sets or more, got 1"):
        dx.calibration_table(GOOD[0][:1], GOOD[1][:1])
    with pytest.raises(ValueError, match="References hold NaN or infinity in 5 of 5"):
        dx.tarp_ranks(*GOOD, references=np.full((5, 2), np.nan))
