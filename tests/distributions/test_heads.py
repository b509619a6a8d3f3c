import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp
from scipy import stats

from bf_vae.distributions import (
    MAX_SCALE,
    MIN_SCALE,
    DiagonalGaussian,
    FullGaussian,
    GaussianMixture,
    TruncatedGaussian,
    bounded_scale,
)

HEADS = {
    "diagonal": lambda d: DiagonalGaussian(d),
    "full": lambda d: FullGaussian(d),
    "truncated": lambda d: TruncatedGaussian(d, -np.ones(d), np.ones(d)),
    "mixture": lambda d: GaussianMixture(d, 4),
}


def test_scale_is_one_at_zero_and_bounded():
    scale = bounded_scale(tf.constant([-1e6, -50.0, 0.0, 50.0, 1e6])).numpy()
    assert scale[2] == pytest.approx(1.0, rel=1e-5)
    assert np.all(np.diff(scale) >= 0)
    assert scale.min() >= 0.99 * MIN_SCALE
    assert scale.max() <= 1.01 * MAX_SCALE


@pytest.mark.parametrize("d", [1, 3])
@pytest.mark.parametrize("name", HEADS)
def test_shapes_and_finite_gradients_even_for_extreme_output(name, d):
    head = HEADS[name](d)
    for size in (0.0, 1.0, 100.0):
        raw = tf.Variable(
            size * np.random.default_rng(0).normal(size=(6, head.param_size)), dtype="float32"
        )
        x = tf.random.stateless_uniform((6, d), (0, 1), -0.9, 0.9)
        with tf.GradientTape() as tape:
            log_prob = head(raw).log_prob(x)
        assert log_prob.shape == (6,)
        assert np.isfinite(tape.gradient(log_prob, raw).numpy()).all()
        assert head(raw).sample(5, seed=(1, 2)).shape == (5, 6, d)


@pytest.mark.parametrize("name", ["diagonal", "full", "mixture"])
def test_starts_near_zero_mean_and_unit_scale(name):
    head = HEADS[name](2)
    draws = head(tf.zeros((1, head.param_size))).sample(20_000, seed=(0, 1))[:, 0].numpy()
    assert np.abs(draws.mean(axis=0)).max() < 0.05
    assert np.abs(draws.std(axis=0) - 1).max() < 0.25


@pytest.mark.parametrize("name", HEADS)
def test_unit_and_shift_are_a_change_of_variables(name):
    shift, unit = np.array([3.0, -40.0], "float32"), np.array([0.01, 20.0], "float32")
    plain = moved = HEADS[name](2)
    if name == "truncated":
        moved = TruncatedGaussian(2, shift - unit, shift + unit)
    rng = np.random.default_rng(0)
    raw = rng.normal(size=(50, plain.param_size)).astype("float32")
    x = rng.uniform(-0.9, 0.9, size=(50, 2)).astype("float32")
    log_prob = moved(raw, shift, unit).log_prob(shift + unit * x)
    np.testing.assert_allclose(
        log_prob, plain(raw).log_prob(x) - np.log(unit).sum(), rtol=1e-3, atol=2e-3
    )


@pytest.mark.parametrize("d", [1, 2, 5])
def test_full_covariance_draws_by_its_factor(d):
    head, seed = FullGaussian(d), (1, 2)
    raw = np.random.default_rng(1).normal(size=(4, head.param_size)).astype("float32")
    distribution = head(raw, np.arange(d, dtype="float32"), np.arange(1, d + 1, dtype="float32"))
    noise = DiagonalGaussian(d)(tf.zeros((4, 2 * d))).sample(3, seed)
    factor = distribution.scale_tril.numpy()
    expected = distribution.loc + np.einsum("bij,kbj->kbi", factor, noise)
    np.testing.assert_allclose(distribution.sample(3, seed), expected, rtol=1e-4, atol=1e-4)
    assert distribution.sample((2, 3), seed).shape == (2, 3, 4, d)


def test_full_covariance_is_a_distribution_like_tfps():
    head, seed = FullGaussian(3), (1, 2)
    raw = tf.constant(np.random.default_rng(1).normal(size=(4, head.param_size)), tf.float32)
    distribution, x = head(raw), tf.zeros(3)
    np.testing.assert_allclose(distribution[1].log_prob(x), distribution.log_prob(x)[1], rtol=1e-5)
    np.testing.assert_array_equal(distribution.copy().sample(2, seed), distribution.sample(2, seed))
    returned = tf.function(head)(raw)
    np.testing.assert_allclose(returned.log_prob(x), distribution.log_prob(x), rtol=1e-5)
    # One set of outputs, several shifts: each with noise of its own, and 64 bits too.
    shifts = np.zeros((2, 3))
    draws = head(tf.cast(raw[0], tf.float64), tf.constant(shifts)).sample(seed=seed)
    assert draws.shape == (2, 3)
    assert np.abs(draws[0] - draws[1]).min() > 0


def test_full_covariance_is_that_of_its_factor():
    head = FullGaussian(3)
    raw = np.random.default_rng(1).normal(size=(1, head.param_size)).astype("float32")
    distribution = head(tf.constant(raw))
    L = distribution.scale_tril[0].numpy()
    x = np.array([[0.3, -0.2, 1.0]], "float32")
    expected = stats.multivariate_normal(raw[0, :3], L @ L.T).logpdf(x[0])
    assert distribution.log_prob(x).numpy()[0] == pytest.approx(expected, rel=1e-3)
    assert np.count_nonzero(np.abs(L) > 1e-6) == 6


def test_truncated_density_integrates_to_one_and_matches_scipy():
    head = TruncatedGaussian(1, [-1.0], [1.0])
    distribution = head(tf.constant([[1.3, -1.0]]))
    grid = np.linspace(-1, 1, 20_001, dtype="float32")[:, np.newaxis, np.newaxis]
    density = np.exp(distribution.log_prob(grid).numpy())[:, 0]
    assert np.trapezoid(density, grid[:, 0, 0]) == pytest.approx(1.0, abs=1e-3)
    loc = float(distribution.distribution.loc[0, 0])
    scale = float(distribution.distribution.scale[0, 0])
    expected = stats.truncnorm((-1 - loc) / scale, (1 - loc) / scale, loc, scale).pdf(0.5)
    assert np.exp(distribution.log_prob([[0.5]]).numpy()[0]) == pytest.approx(expected, rel=1e-3)


def test_truncated_takes_infinite_bounds():
    head = TruncatedGaussian(2, [-np.inf, 0.0], [np.inf, np.inf])
    distribution = head(tf.zeros((1, 4)))
    value = distribution.log_prob([[0.0, 0.0]]).numpy()[0]
    assert value == pytest.approx(2 * stats.norm.logpdf(0) + np.log(2), rel=1e-4)
    assert distribution.sample(500, seed=(0, 1)).numpy()[..., 1].min() >= 0


def test_closed_form_kl_against_monte_carlo():
    head = DiagonalGaussian(3)
    raws = np.random.default_rng(2).normal(size=(2, 1, head.param_size)).astype("float32") * 0.5
    q, p = head(tf.constant(raws[0])), head(tf.constant(raws[1]))
    z = q.sample(200_000, seed=(3, 4))
    terms = (q.log_prob(z) - p.log_prob(z)).numpy()
    error = 5 * terms.std() / np.sqrt(len(terms))
    assert tfp.distributions.kl_divergence(q, p).numpy()[0] == pytest.approx(
        terms.mean(), abs=error
    )


def test_bad_arguments():
    with pytest.raises(ValueError, match="at least one dimension"):
        DiagonalGaussian(0)
    with pytest.raises(ValueError, match="at least one component"):
        GaussianMixture(2, 0)
    with pytest.raises(ValueError, match="below its upper bound"):
        TruncatedGaussian(1, [1.0], [0.0])
    with pytest.raises(ValueError, match=r"need shape \(2,\)"):
        TruncatedGaussian(2, [0.0], [1.0])


@pytest.mark.parametrize("name", ["diagonal", "full", "mixture"])
def test_shift_moves_the_location(name):
    head = HEADS[name](2)
    raw = np.random.default_rng(0).normal(size=(5, head.param_size)).astype("float32")
    x, shift = np.ones((5, 2), "float32"), np.array([[0.5, -2.0]], "float32")
    moved = head(tf.constant(raw), tf.constant(shift)).log_prob(x)
    np.testing.assert_allclose(moved, head(tf.constant(raw)).log_prob(x - shift), rtol=1e-4)


def test_shift_moves_a_truncated_gaussian_but_not_its_box():
    head = TruncatedGaussian(1, [-1.0], [1.0])
    moved = head(tf.constant([[0.2, -2.0]]), tf.constant([[0.5]]))
    assert moved.distribution.loc.numpy()[0, 0] == pytest.approx(0.7)
    assert np.abs(moved.sample(500, seed=(0, 1)).numpy()).max() <= 1
