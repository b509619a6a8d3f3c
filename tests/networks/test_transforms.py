import numpy as np
import pytest
import tensorflow as tf

from bf_vae.networks.parameter_transform import ParameterTransform
from bf_vae.networks.standardizer import Standardizer
from bf_vae.networks.support import Support

SUPPORT = ([-2.0, 0.0, -np.inf, -np.inf], [3.0, np.inf, np.inf, 5.0])


@pytest.mark.parametrize("box", ["affine", "logit"])
def test_parameter_transform_inverts_and_has_the_claimed_slope(box):
    rng = np.random.default_rng(0)
    theta = np.stack(
        [
            rng.uniform(-2, 3, 300),
            rng.lognormal(size=300),
            rng.normal(size=300),
            5 - rng.lognormal(size=300),
        ],
        axis=1,
    ).astype("float32")  # fmt: skip
    transform = ParameterTransform(SUPPORT, box)
    transform.build((None, 4))
    transform.adapt(theta)
    u, log_det = transform(tf.constant(theta))
    np.testing.assert_allclose(transform.inverse(u), theta, rtol=1e-3, atol=1e-4)
    x = tf.constant(theta[:20])
    with tf.GradientTape() as tape:
        tape.watch(x)
        u = transform(x)[0]
    jacobian = tape.batch_jacobian(u, x).numpy()
    slopes = np.log(np.abs(np.diagonal(jacobian, axis1=1, axis2=2))).sum(axis=1)
    np.testing.assert_allclose(log_det[:20], slopes, rtol=1e-3, atol=1e-3)
    draws = transform.inverse(5 * tf.random.stateless_normal((1000, 4), (1, 2))).numpy()
    assert (draws >= np.array(SUPPORT[0]) - 1e-6).all()
    assert (draws <= np.array(SUPPORT[1]) + 1e-6).all()


@pytest.mark.parametrize("kind", range(4), ids=["box", "lower", "none", "upper"])
@pytest.mark.parametrize("box", ["affine", "logit"])
def test_one_kind_of_parameter_alone(kind, box):
    lower, upper = (bound[kind] for bound in SUPPORT)
    theta = np.random.default_rng(0).uniform(1, 2, (50, 2)).astype("float32")
    transform = ParameterTransform((lower, upper), box)
    transform.build((None, 2))
    transform.adapt(theta)
    np.testing.assert_allclose(transform.inverse(transform(theta)[0]), theta, rtol=1e-4)


def test_support_that_simulations_leave():
    transform = ParameterTransform((-1, 1))
    transform.build((None, 2))
    with pytest.raises(ValueError, match=r"1 of 3 parameter vectors lie outside.*index \[1\]"):
        transform.support.check(np.array([[0, 0], [0.5, 1.5], [1, -1]]))


def test_running_standardization_ends_where_adapt_starts():
    x = np.random.default_rng(1).normal(3.0, 2.0, (512, 4)).astype("float32")
    x[:, 2] = 7.0
    running, adapted = Standardizer(), Standardizer()
    for layer in (running, adapted):
        layer.build((None, 4))
    for batch in np.split(x, 8):
        running.update(tf.constant(batch))
    adapted.adapt(x)
    np.testing.assert_allclose(running.mean, adapted.mean, rtol=1e-3)
    np.testing.assert_allclose(running.std, adapted.std, rtol=1e-2)
    assert float(adapted.std[2]) == float(running.std[2]) == 1.0
    adapted.update(tf.constant(x + 100))
    np.testing.assert_allclose(adapted.mean, x.mean(axis=0), rtol=1e-4)


def test_units_do_not_matter():
    # Of one bound, of rates in SI units; and of data whose square float32 does not hold.
    theta = np.random.default_rng(2).lognormal(size=(400, 1)).astype("float32")
    u = []
    for unit in (1e-12, 1.0, 1e12):
        transform = ParameterTransform((0, np.inf))
        transform.build((None, 1))
        transform.adapt(unit * theta)
        u.append(transform(tf.constant(np.float32(unit) * theta))[0])
        np.testing.assert_allclose(transform.inverse(u[-1]), unit * theta, rtol=1e-3)
    np.testing.assert_allclose(u[0], u[1], atol=1e-3)
    np.testing.assert_allclose(u[2], u[1], atol=1e-3)
    for unit in (1e-25, 1e25):
        standardizer = Standardizer()
        standardizer.build((None, 1))
        standardizer.adapt(np.float32(unit) * theta)
        scaled = standardizer(tf.constant(np.float32(unit) * theta)).numpy()
        np.testing.assert_allclose(scaled, (theta - theta.mean()) / theta.std(), atol=1e-3)
        # Running moments of batches, and a loaded network, whose weights alone say that it adapted.
        running = Standardizer()
        running.build((None, 1))
        for batch in np.split(np.float32(unit) * theta, 4):
            running.update(tf.constant(batch))
        np.testing.assert_allclose(running.spread / unit, standardizer.spread / unit, rtol=1e-2)
        standardizer.adapted, before = False, float(standardizer.spread[0])
        standardizer.update(tf.constant(np.float32(3 * unit) * theta))
        assert float(standardizer.spread[0]) == before


def test_support_counts_rounding_as_inside_and_nothing_else():
    support = Support.of(([0, -1e6], [np.inf, 1e6]), 2)
    inside = support.contains(tf.constant([[0.0, 1e6], [1e-30, 1e6 + 0.06], [-1e-6, 1e6 + 2]]))
    assert inside.numpy().tolist() == [[True, True], [True, True], [False, False]]
    # Each bound rounds by its own size.
    one_sided = Support.of((0, 1e6), 1).contains(np.array([[-0.9], [0.0], [1e6 + 0.06]]))
    assert one_sided.ravel().tolist() == [False, True, True]
    for no_pair in ([(0, 1), (0, 2), (0, 3)], 3):
        with pytest.raises(ValueError, match="support is a pair"):
            Support.of(no_pair, 3)
