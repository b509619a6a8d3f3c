import numpy as np
import pytest
import tensorflow as tf

from bf_vae.networks.data_transform import (
    ARCSINH,
    IDENTITY,
    LOG,
    ROOT,
    ZERO_BELOW,
    DataTransform,
)

RNG = np.random.default_rng(0)
Y = np.stack(
    [
        RNG.normal(5.0, 2.0, 2000),  # positive for the most part, yet Gaussian
        np.floor(RNG.normal(6.0, 3.0, 2000) ** 2),  # counts, zeros among them
        RNG.lognormal(2.0, 1.5, 2000),
        RNG.integers(0, 2, 2000),  # no power makes it anything but two values
        np.full(2000, 7.0),
        np.full(2000, 2.0**-10),  # its root is exact too: both have no variance at all
        3.0 + 2.0 * RNG.standard_cauchy(2000),
        np.where(np.arange(2000) == 9, 500.0, RNG.normal(size=2000)),  # one number is no tail
        RNG.standard_cauchy(2000) * (RNG.uniform(size=2000) < 0.4),  # zero for the most part
    ],
    axis=1,
).astype("float32")
POWERS = [IDENTITY, ROOT, LOG, IDENTITY, IDENTITY, IDENTITY, ARCSINH, IDENTITY, IDENTITY]


def test_chooses_the_power_that_makes_a_feature_gaussian():
    transform = DataTransform()
    transform.build(Y.shape)
    transform.adapt(Y)
    np.testing.assert_array_equal(transform.power, POWERS)
    out = transform(tf.constant(Y)).numpy()
    np.testing.assert_allclose(out.mean(axis=0)[:4], 0, atol=1e-3)
    np.testing.assert_allclose(out.std(axis=0)[:4], 1, atol=1e-3)
    np.testing.assert_allclose(out[:, 2], (np.log(Y[:, 2]) - 2) / 1.5, atol=0.15)
    # Later batches, and data below any that was seen, change neither the choice nor finiteness.
    transform.update(tf.constant(-Y))
    np.testing.assert_array_equal(transform.power, POWERS)
    assert np.isfinite(transform(tf.constant(-Y))).all()


@pytest.mark.parametrize(("powers", "fitted"), [(False, "adapt"), (True, "update")])
def test_without_powers_it_standardizes(powers, fitted):
    # A batch, which may show the smallest values yet to come, chooses none.
    transform = DataTransform(powers)
    transform.build(Y.shape)
    getattr(transform, fitted)(tf.constant(Y))
    expected = (Y[:, 2] - Y[:, 2].mean()) / Y[:, 2].std()
    np.testing.assert_allclose(transform(tf.constant(Y))[:, 2], expected, rtol=1e-3, atol=1e-4)


def test_gradients_are_finite_at_zero_and_features_may_be_sets():
    transform = DataTransform()
    sets = np.tile(Y[:, np.newaxis], (1, 3, 1))
    transform.build(sets.shape)
    transform.adapt(sets)
    y = tf.zeros((2, 3, Y.shape[1]))
    with tf.GradientTape() as tape:
        tape.watch(y)
        out = transform(y)
    assert out.shape == (2, 3, 9)
    assert np.isfinite(tape.gradient(out, y)).all()


def test_below_the_lowest_value_seen_a_condition_stays_and_a_density_goes_on():
    seen = Y[:, 2:3]
    below = tf.constant(seen.min() * np.array([[0.5], [1e-3], [0.0], [-1.0]], "float32"))
    clamped, extrapolated = DataTransform(), DataTransform(extrapolate=True)
    for transform in (clamped, extrapolated):
        transform.build(seen.shape)
        transform.adapt(seen)
        np.testing.assert_allclose(transform(seen), clamped(seen))
    np.testing.assert_allclose(clamped(below), np.tile(clamped(seen).numpy().min(), (4, 1)))
    slope = 1 / np.log(seen).std()
    fall = clamped(below).numpy() - extrapolated(below).numpy()
    np.testing.assert_allclose(fall[:2, 0], slope * -np.log([0.5, 1e-3]), rtol=1e-3)
    np.testing.assert_allclose(extrapolated.inverse(extrapolated(below))[:2], below[:2], rtol=1e-3)
    log_det = extrapolated.log_det(below)[:2]
    np.testing.assert_allclose(log_det, np.log(slope / below[:2, 0]), rtol=1e-3)
    # What no data are, stays finite.
    np.testing.assert_allclose(extrapolated(below)[2:], clamped(below)[2:])


def test_inverse_and_log_det_are_those_of_the_transform():
    transform = DataTransform()
    transform.build(Y.shape)
    transform.adapt(Y)
    y = tf.constant(Y[(Y[:, 1] > 0)][:50])  # a root has no slope at 0
    with tf.GradientTape() as tape:
        tape.watch(y)
        x = transform(y)
    # Features do not mix: the sum's gradient is the Jacobian's diagonal.
    slopes = tape.gradient(x, y).numpy()
    np.testing.assert_allclose(transform.inverse(x), y, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(transform.log_det(y), np.log(slopes).sum(axis=1), atol=1e-3)


def test_heavy_tails_are_taken_in_by_an_inverse_hyperbolic_sine():
    transform = DataTransform()
    transform.build(Y.shape)
    transform.adapt(Y)
    y = Y[:, 6].astype("float64")
    unit = 1.4826 * np.median(np.abs(y - np.median(y)))
    expected = np.arcsinh((y - np.median(y)) / unit)
    expected = (expected - expected.mean()) / expected.std()
    np.testing.assert_allclose(transform(tf.constant(Y))[:, 6], expected, rtol=1e-3, atol=1e-4)
    # Where its square is beyond single precision, too.
    far = tf.fill((1, Y.shape[1]), -1e30)
    assert np.isfinite(transform(far)[0, 6])
    assert np.isfinite(transform.log_det(far)[0])
    np.testing.assert_allclose(transform.inverse(transform(far))[0, 6], -1e30, rtol=1e-3)


def test_zeros_among_orders_of_magnitude_are_less_than_the_smallest():
    is_zero = RNG.uniform(size=2000) < 0.3
    positive = RNG.lognormal(2.0, 3.0, 2000)
    columns = [np.where(is_zero, 0.0, positive), RNG.poisson(4.0, 2000), np.where(is_zero, 0, 1e-3)]
    columns += [np.where(is_zero, -1.0, positive), np.where(np.arange(2000) < 2, 2.0**-20, 0)]
    columns += [np.where(is_zero, 0.0, RNG.normal(100.0, 1.0, 2000))]
    y = np.stack(columns, axis=1).astype("float32")
    transform, density = DataTransform(), DataTransform(extrapolate=True)
    for each in (transform, density):
        each.build(y.shape)
        each.adapt(y)
    # Neither counts nor two values nor a narrow hump, from which zeros are far, span anything.
    expected = [LOG, IDENTITY, IDENTITY, ARCSINH, IDENTITY, ARCSINH]
    np.testing.assert_array_equal(transform.power, expected)
    # A density would be infinite at zero.
    assert density.power[0] == ROOT
    logs = np.log(positive[~is_zero])
    bent = np.where(is_zero, logs.min() - ZERO_BELOW * logs.std(), np.log(positive))
    expected = (bent - bent.mean()) / bent.std()
    np.testing.assert_allclose(transform(tf.constant(y))[:, 0], expected, rtol=1e-3, atol=1e-3)
