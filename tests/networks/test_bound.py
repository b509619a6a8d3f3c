"""The bounds of both models, recomputed in NumPy from the paper's formulas."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import special, stats

from bf_vae.distributions import MAX_SCALE, MIN_SCALE
from bf_vae.networks import ConditionalPriorVAE, UnconditionalPriorVAE

RNG = np.random.default_rng(0)
THETA = RNG.normal(size=(16, 2)).astype("float32")
Y = RNG.normal(size=(16, 3)).astype("float32")


def parts(distribution):
    normal = distribution.distribution
    return normal.loc.numpy(), normal.scale.numpy()


def log_normal(x, distribution):
    return stats.norm(*parts(distribution)).logpdf(x).sum(axis=-1)


def kl(m1, s1, m2, s2):
    return (np.log(s2 / s1) + (s1**2 + (m1 - m2) ** 2) / (2 * s2**2) - 0.5).sum(axis=-1)


@pytest.mark.parametrize("sees_data", [True, False])
def test_cp_vae_bound(sees_data):
    vae = ConditionalPriorVAE(preset="paper", widths=(8,), decoder_sees_data=sees_data)
    vae.build((None, 2), (None, 3))
    theta, y = THETA[np.newaxis], Y[np.newaxis]  # of the one member
    q = vae.encoder.distribution(theta, y)
    p = vae.prior.distribution(y)
    z = q.sample(1, seed=(5, 0)).numpy()[0]
    m, s = parts(vae.decoder.distribution(*((z, y) if sees_data else (z,))))
    expected = kl(*parts(q), *parts(p)) - stats.norm(m, s).logpdf(THETA).sum(axis=-1)
    loss = vae.compute_metrics(THETA, Y, seed=5)["loss"]
    assert float(loss) == pytest.approx(expected.mean(), rel=1e-4)


@pytest.mark.parametrize("weight", [0.0, 1.0, 0.3])
def test_up_vae_bound(weight):
    vae = UnconditionalPriorVAE(preset="paper", widths=(8,), data_weight=weight)
    vae.build((None, 2), (None, 3))
    theta, y = THETA[np.newaxis], Y[np.newaxis]  # of the one member
    q = vae.encoder.distribution(theta, y)
    z = q.sample(1, seed=(5, 0)).numpy()[0]
    m, s = parts(vae.decoder.distribution(z, y))
    expected = kl(*parts(q), 0.0, 1.0) - stats.norm(m, s).logpdf(THETA).sum(axis=-1)
    if weight:
        m, s = parts(vae.data_decoder.distribution(z))
        expected -= weight * stats.norm(m, s).logpdf(Y).sum(axis=-1)
    loss = vae.compute_metrics(THETA, Y, seed=5)["loss"]
    assert float(loss) == pytest.approx(expected.mean(), rel=1e-4)


def test_importance_weighted_bound_is_tighter():
    vae = ConditionalPriorVAE(preset="paper", widths=(8,), num_importance=64)
    vae.build((None, 2), (None, 3))
    # A decoder that depends on z, so that the bound with one draw has a gap.
    vae.decoder.projection.kernel.assign(RNG.normal(size=vae.decoder.projection.kernel.shape))
    many = float(vae.compute_metrics(THETA, Y, seed=1)["loss"])
    theta, y = THETA[np.newaxis], Y[np.newaxis]  # of the one member
    q, p = vae.encoder.distribution(theta, y), vae.prior.distribution(y)
    z = q.sample(64, seed=(1, 0)).numpy()
    log_weights = log_normal(z, p) - log_normal(z, q)
    for k in range(64):
        log_weights[k] += log_normal(theta, vae.decoder.distribution(z[k], y))
    direct = -np.mean(special.logsumexp(log_weights, axis=0) - np.log(64))
    assert many == pytest.approx(direct, rel=1e-3)
    assert many < -log_weights.mean() - 1e-3


@pytest.fixture
def exact_model():
    """Two members, both z ~ N(0, 1), theta ~ N(z, 1/2), with the exact q(z | theta)."""

    def raw(scale):
        fraction = (np.array([scale, 1.0]) - MIN_SCALE) / (MAX_SCALE - MIN_SCALE)
        return -np.diff(special.logit(fraction))[0]

    vae = UnconditionalPriorVAE(decoder="diagonal", num_members=2, widths=(4,))
    vae.build((None, 1), (None, 1))
    for weight in vae.trainable_weights:
        weight.assign(tf.zeros_like(weight))
    for network, slope, scale in ((vae.decoder, 1.0, 0.5), (vae.encoder, 0.8, np.sqrt(0.2))):
        network.skip.kernel.assign(np.tile([[slope], [0.0]], (2, 1, 1)))
        network.projection.bias.assign(np.tile([0.0, raw(scale)], (2, 1, 1)))
    return vae


def test_no_bound_exceeds_the_density_of_an_exact_model(exact_model):
    # Among draws or members a KL in closed form would: by its own spread, which the mean favours.
    density = stats.norm(0, np.sqrt(1.25))
    theta = density.rvs((4000, 1), random_state=0).astype("float32")
    exact, y = density.logpdf(theta)[:, 0], np.zeros_like(theta)
    assert exact.mean() == pytest.approx(-1.531, abs=0.03)
    loss = exact_model.compute_metrics(theta, y, seed=1)["loss"]
    assert float(loss) == pytest.approx(-exact.mean(), abs=1e-3)
    for num_importance in (1, 2):
        log_prob = exact_model.log_prob(tf.constant(theta), tf.constant(y), num_importance, seed=1)
        np.testing.assert_allclose(log_prob, exact, atol=1e-3)
    # In training, where members are averaged, the closed form has less noise.
    exact_model.theta_transform.standardizer.adapted = True
    trained = exact_model.compute_metrics(theta, y, training=True, seed=1)
    closed_form = kl(0.8 * theta, np.sqrt(0.2), 0.0, 1.0).mean()
    assert float(trained["kl"]) == pytest.approx(closed_form, rel=1e-4)


def test_members_learn_alone_and_are_validated_as_a_mixture():
    vae = ConditionalPriorVAE(widths=(8,), num_members=3, seed=0)
    vae.build((None, 2), (None, 3))
    alone = float(vae.compute_metrics(THETA, Y, training=True, seed=1)["loss"])
    mixed = float(vae.compute_metrics(THETA, Y, seed=1)["loss"])
    terms = vae.bound_terms(tf.constant(THETA), tf.constant(Y), 1, seed=1)
    bounds = (terms["log_theta"] - terms["kl"]).numpy()[0].astype("float64")
    assert alone == pytest.approx(-bounds.mean(), rel=1e-4)
    assert mixed == pytest.approx(-np.log(np.exp(bounds).mean(axis=0)).mean(), rel=1e-4)
    assert mixed < alone - 1e-2


def test_kl_warmup_rises_only_in_training():
    vae = ConditionalPriorVAE(widths=(8,), kl_warmup=4)
    vae.build((None, 2), (None, 3))
    weights = []
    for _ in range(6):
        weights.append(float(vae.kl_warmup.weight()))
        vae.compute_metrics(tf.constant(THETA), tf.constant(Y), training=True)
        vae.compute_metrics(tf.constant(THETA), tf.constant(Y), training=False)
    np.testing.assert_allclose(weights, [1e-3, 0.25, 0.5, 0.75, 1.0, 1.0])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"num_importance": 0}, "num_importance must be at least 1"),
        ({"latent_dim": 0}, "latent_dim must be at least 1"),
        ({"activation": "foo"}, "foo"),
        ({"prior": "flat"}, "prior must be one of"),
        ({"decoder": "flat"}, "decoder must be one of"),
        ({"preset": "fast"}, "preset must be one of"),
        ({"support": (1, 0)}, "lower bound below its upper bound"),
        ({"kl_warmup": -1}, "kl_warmup must be at least 0"),
        ({"widths": 0}, "widths must be at least 1"),
        ({"widths": ()}, "widths needs one hidden layer"),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        ConditionalPriorVAE(**arguments)


def test_a_function_as_activation_is_kept_by_its_name():
    for activation in ("relu", keras.activations.relu):
        assert ConditionalPriorVAE(activation=activation).get_config()["activation"] == "relu"


def test_one_hidden_layer():
    assert ConditionalPriorVAE(widths=16).widths == ConditionalPriorVAE(widths=(16,)).widths == [16]


def test_linear_skip_is_what_a_linear_model_needs():
    vae = ConditionalPriorVAE(widths=(8,), num_members=3, seed=0)
    vae.build((None, 2), (None, 3))
    conditions = (tf.zeros((3, 16, vae.latent_dim)), tf.constant(np.stack([Y, Y, Y])))
    before = vae.decoder.distribution(*conditions).mean()
    kernel = np.zeros((3, vae.latent_dim + 3, 2))
    kernel[1, vae.latent_dim :] = [[1, 0], [0, 2], [0, 0]]
    vae.decoder.skip.kernel.assign(kernel)
    moved = vae.decoder.distribution(*conditions).mean() - before
    np.testing.assert_allclose(moved[1], Y[:, :2] * [1, 2], rtol=1e-3, atol=1e-4)
    np.testing.assert_array_equal(moved[0], 0)
    assert ConditionalPriorVAE(preset="paper").linear_skip is False


@pytest.mark.parametrize(
    ("preset", "d", "expected"), [("default", 1, 1), ("default", 6, 6), ("paper", 2, 4)]
)
def test_latent_has_the_dimension_of_theta(preset, d, expected):
    vae = ConditionalPriorVAE(preset=preset)
    vae.build((None, d), (None, 3))
    assert vae.latent_dim == expected


@pytest.mark.parametrize("decoder", ["diagonal", "full", "truncated", "mixture"])
def test_linear_skip_starts_as_a_copy_through_the_latent(decoder):
    options = {"decoder": decoder, "support": (-9, 9) if decoder == "truncated" else None}
    vae = ConditionalPriorVAE(latent_dim=4, widths=(8,), num_members=2, seed=0, **options)
    vae.build((None, 2), (None, 3))
    u = RNG.normal(size=(2, 500, 2)).astype("float32")
    y = tf.zeros((2, 500, 3))
    q = vae.encoder.distribution(tf.constant(u), y)
    # Up to what the small random weights add.
    np.testing.assert_allclose(q.mean()[..., :2], u, atol=0.3)
    np.testing.assert_allclose(q.mean()[..., 2:], 0, atol=0.3)
    z = np.concatenate([0.5 * u, np.zeros((2, 500, 2))], axis=-1).astype("float32")
    decoded = vae.decoder.distribution(z, y)
    if decoder == "truncated":
        location = decoded.distribution.loc
    else:
        location = decoded.sample(2000, seed=(1, 2)).numpy().mean(axis=0)
    np.testing.assert_allclose(location, 0.5 * u, atol=0.4)
