"""The autoregressive prior: who sees whom, and one density for draws and log_prob."""

import numpy as np
import pytest
import scipy.stats
import tensorflow as tf

from bf_vae.networks.priors import AutoregressivePrior
from bf_vae.networks.subnet import mlp

SIZE = 3


@pytest.fixture(params=[False, True], ids=["plain", "linear_skip"])
def prior(request):
    prior = AutoregressivePrior(SIZE, 4, mlp((8,), num_members=2), 2, linear_skip=request.param)
    prior.build(2)
    rng = np.random.default_rng(0)
    for weight in prior.weights:
        weight.assign(0.5 * rng.normal(size=weight.shape))
    return prior


def test_each_dimension_sees_those_before_it(prior):
    y = tf.random.stateless_normal((2, 1, 2), (1, 2))
    z = tf.Variable(tf.random.stateless_normal((1, 2, 1, SIZE), (3, 4)))
    with tf.GradientTape(persistent=True) as tape:
        factors = prior.distribution(y).distribution_fn(z).distribution.log_prob(z)
        parts = [tf.reduce_sum(factors[..., i]) for i in range(SIZE)]
    for i, part in enumerate(parts):
        seen = np.any(tape.gradient(part, z).numpy() != 0, axis=(0, 1, 2))
        np.testing.assert_array_equal(seen, np.arange(SIZE) <= i)


def test_draws_follow_the_density(prior):
    # The distribution functions of all factors, at draws, are independent and uniform.
    p = prior.distribution(tf.random.stateless_normal((2, 1, 2), (1, 2)))
    z = p.sample(5000, seed=(5, 6))
    assert z.shape == (5000, 2, 1, SIZE)
    u = p.distribution_fn(z).distribution.cdf(z).numpy().reshape(5000, -1)
    for column in u.T:
        assert scipy.stats.kstest(column, "uniform").pvalue > 1e-3
    assert np.abs(np.corrcoef(u.T) - np.eye(2 * SIZE)).max() < 4 / np.sqrt(5000)
