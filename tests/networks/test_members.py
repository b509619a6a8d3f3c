import keras
import numpy as np
import pytest
import tensorflow as tf

from bf_vae.networks import ConditionalPriorVAE
from bf_vae.networks.members import for_draws, merge_draws, mix, split_draws


def test_draws_and_batch_keep_their_places():
    z = np.arange(2 * 3 * 5 * 4, dtype="float32").reshape(2, 3, 5, 4)  # K, members, batch, l
    merged = merge_draws(tf.constant(z)).numpy()
    assert merged.shape == (3, 10, 4)
    np.testing.assert_array_equal(merged[1, 5 + 2], z[1, 1, 2])
    np.testing.assert_array_equal(split_draws(tf.constant(merged), 2), z)
    y = z[0]
    np.testing.assert_array_equal(for_draws(tf.constant(y), 2)[1, 5 + 2], y[1, 2])


def test_every_member_gives_its_share_of_the_draws():
    members = tf.tile(tf.range(3.0)[tf.newaxis, :, tf.newaxis, tf.newaxis], (4, 1, 600, 1))
    draws = mix(members, 12, (0, 1)).numpy()[..., 0]
    assert draws.shape == (600, 12)
    np.testing.assert_array_equal((draws[..., np.newaxis] == np.arange(3)).sum(axis=1), 4)
    # In a random order: every third draw is not always the same member's.
    assert all(len(set(row)) > 1 for row in draws[:, ::3])
    # One draw for each of many observations, as BayesFlow asks for them: all members take turns.
    shares = np.bincount(mix(members[:1], 1, (0, 1)).numpy().astype(int).ravel()) / 600
    np.testing.assert_allclose(shares, 1 / 3, atol=0.08)


def test_density_and_draws_are_those_of_the_mixture_of_members():
    vae = ConditionalPriorVAE(preset="paper", num_members=2, widths=(4,), seed=0)
    vae.build((None, 1), (None, 1))
    for layer in (vae.decoder, vae.prior, vae.encoder):
        layer.projection.kernel.assign(tf.zeros_like(layer.projection.kernel))
    # Member 0 says N(-2, 1), member 1 says N(2, 1), whatever z and y.
    vae.decoder.projection.bias.assign([[[-2.0, 0.0]], [[2.0, 0.0]]])
    theta, y = tf.constant([[2.0], [0.0]]), tf.zeros((2, 1))
    normal = np.exp(-0.5 * np.array([[0, 16], [4, 4]])) / np.sqrt(2 * np.pi)
    np.testing.assert_allclose(
        vae.log_prob(theta, y, 8, seed=0), np.log(normal.mean(axis=1)), rtol=1e-4
    )
    draws = vae.sample(y, 4000, seed=0).numpy()[0, :, 0]
    assert draws.mean() == pytest.approx(0, abs=0.1)
    assert draws.std() == pytest.approx(np.sqrt(5), rel=0.05)


def test_members_start_apart_and_learn_alone():
    vae = ConditionalPriorVAE(num_members=2, widths=(4,), seed=0)
    vae.build((None, 2), (None, 3))
    kernel = vae.decoder.subnet.layers[0].kernel.numpy()
    assert np.abs(kernel[0] - kernel[1]).max() > 0.1
    theta = tf.random.stateless_normal((8, 2), (0, 1))
    y = tf.random.stateless_normal((8, 3), (0, 2))
    variables = vae.trainable_variables
    with tf.GradientTape() as tape:
        terms = vae.bound_terms(theta, y, 1, seed=0)
        loss = tf.reduce_mean((terms["kl"] - terms["log_theta"])[:, 0])
    gradients = tape.gradient(loss, [v.value for v in variables])
    for variable, gradient in zip(variables, gradients, strict=True):
        assert np.abs(gradient[0]).max() > 0, variable.path
        assert np.abs(gradient[1]).max() == 0, variable.path


def test_own_subnets_serve_one_member():
    own = keras.layers.Dense(5)
    vae = ConditionalPriorVAE(encoder_net=own, widths=(4,))
    vae.build((None, 2), (None, 3))
    assert vae.num_members == 1
    assert np.isfinite(vae.compute_metrics(tf.zeros((4, 2)), tf.zeros((4, 3)))["loss"])
    with pytest.raises(ValueError, match="Own subnets serve one member"):
        ConditionalPriorVAE(decoder_net=own, num_members=2).build((None, 2), (None, 3))
