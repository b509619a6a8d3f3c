"""The autoregressive prior: who sees whom, and one density for draws and log_prob."""

import numpy as np
import pytest
import scipy.stats
import tensorflow as tf

from bf_vae.networks.members import merge_draws
from bf_vae.networks.priors import AutoregressivePrior
from bf_vae.networks.subnet import mlp

SIZE = 3


@pytest.fixture(params=[1, 2], ids=["one member", "two members"])
def members(request):
    return request.param


@pytest.fixture(params=[False, True], ids=["plain", "linear_skip"])
def prior(request, members):
    subnet = mlp((8,), num_members=members)
    prior = AutoregressivePrior(SIZE, 4, subnet, members, linear_skip=request.param)
    prior.build(2)
    rng = np.random.default_rng(0)
    for weight in prior.weights:
        weight.assign(0.5 * rng.normal(size=weight.shape))
    return prior


def test_each_dimension_sees_those_before_it(prior, members):
    y = tf.random.stateless_normal((members, 1, 2), (1, 2))
    z = tf.Variable(tf.random.stateless_normal((1, members, 1, SIZE), (3, 4)))
    with tf.GradientTape(persistent=True) as tape:
        factors = prior.distribution(y).factors(z).log_prob(z)
        parts = [tf.reduce_sum(factors[..., i]) for i in range(SIZE)]
    for i, part in enumerate(parts):
        seen = np.any(tape.gradient(part, z).numpy() != 0, axis=(0, 1, 2))
        np.testing.assert_array_equal(seen, np.arange(SIZE) <= i)


def test_draws_follow_the_density(prior, members):
    # The distribution functions of all factors, at draws, are independent and uniform.
    p = prior.distribution(tf.random.stateless_normal((members, 3, 2), (1, 2)))
    z = p.sample(20_000, seed=(2, 1))
    assert z.shape == (20_000, members, 3, SIZE)
    factors = p.factors(z)
    by_factors = tf.reduce_sum(factors.log_prob(z), axis=-1)
    np.testing.assert_allclose(p.log_prob(z), by_factors, rtol=1e-4, atol=1e-4)
    u = factors.cdf(z).numpy().reshape(20_000, -1)
    for column in u.T:
        assert scipy.stats.kstest(column, "uniform").pvalue > 1e-3
    assert np.abs(np.corrcoef(u.T) - np.eye(len(u.T))).max() < 4 / np.sqrt(20_000)


def test_many_draws_are_many_times_one_draw(prior, members):
    # Some matrix products of a layout with several draws and one member destroyed memory.
    y = tf.random.stateless_normal((members, 3, 2), (1, 2))
    z = tf.random.stateless_normal((7, members, 3, SIZE), (3, 4))
    p = prior.distribution(y)
    together = tf.function(lambda z: p.log_prob(z))(z)
    apart = tf.concat([p.log_prob(draw[tf.newaxis]) for draw in z], axis=0)
    np.testing.assert_allclose(together, apart, rtol=1e-4, atol=1e-4)


def test_a_dimension_alone_has_the_mixture_it_has_among_all(prior, members):
    # Draws ask for one dimension after the other, and leave out hidden units that it cannot see.
    p = prior.distribution(tf.random.stateless_normal((members, 3, 2), (1, 2)))
    z = merge_draws(tf.random.stateless_normal((7, members, 3, SIZE), (3, 4)))
    together = p._raw_mixtures(z, slice(None), 7)
    for i in range(SIZE):
        alone = p._raw_mixtures(z[..., :i], slice(i, None, SIZE), 7)
        for one, several in zip(alone, together, strict=True):
            several = several if several.shape[-1] == 1 else several[..., i : i + 1]
            np.testing.assert_allclose(one, several, rtol=1e-5, atol=1e-5)


def test_one_dimension_has_none_before_it():
    prior = AutoregressivePrior(1, 4, mlp((8,), num_members=1))
    prior.build(2)
    p = prior.distribution(tf.zeros((1, 3, 2)))
    z = p.sample(5, seed=(1, 1))
    assert z.shape == (5, 1, 3, 1)
    assert np.all(np.isfinite(p.log_prob(z)))


def test_the_last_of_many_dimensions_sees_all_before_it():
    prior = AutoregressivePrior(80, 2, mlp((4,), num_members=1))
    prior.build(2)
    z = tf.Variable(tf.random.stateless_normal((1, 1, 1, 80), (3, 4)))
    with tf.GradientTape() as tape:
        last = prior.distribution(tf.zeros((1, 1, 2))).factors(z).log_prob(z)[..., -1]
    assert np.all(tape.gradient(last, z).numpy() != 0)
