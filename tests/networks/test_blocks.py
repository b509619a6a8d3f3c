import subprocess
import sys

import numpy as np
import tensorflow as tf

from bf_vae.networks import ConditionalPriorVAE, blocks


def test_blocks_cover_every_observation_once(monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK_SIZE", 12)
    seeds = []

    def sample(y, seed):
        seeds.append(tuple(seed.numpy()))
        return tf.tile(y[:, tf.newaxis], (1, 4, 1))

    y = tf.reshape(tf.range(14.0), (7, 2))
    draws = blocks.in_blocks(sample, [y], 4, tf.constant([0, 1])).numpy()
    np.testing.assert_array_equal(draws, np.repeat(y.numpy()[:, np.newaxis], 4, axis=1))
    assert len(set(seeds)) == 3  # of 3, 3 and 1 observations


def test_a_density_in_blocks_is_the_density(monkeypatch):
    vae = ConditionalPriorVAE(widths=(4,), num_members=2, seed=0)
    vae.build((None, 2), (None, 3))
    theta = tf.random.stateless_normal((7, 2), (1, 2))
    y = tf.random.stateless_normal((7, 3), (3, 4))
    whole = vae.log_prob(theta, y, num_importance=2000, seed=1).numpy()
    monkeypatch.setattr(blocks, "BLOCK_SIZE", 3 * 2 * 2000)
    apart = vae.log_prob(theta, y, num_importance=2000, seed=1).numpy()
    assert apart.shape == (7,)
    np.testing.assert_allclose(apart, whole, atol=0.1)
    assert (apart != whole).any()


def test_a_thousand_draws_and_a_density_of_a_thousand_observations_under_two_gigabytes():
    code = """
import resource, numpy as np, bf_vae
amortizer = bf_vae.CPVAEAmortizer(seed=0)
amortizer.adapt({"parameters": np.random.randn(50, 10), "observables": np.random.randn(50, 10)})
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
draws = amortizer.sample({"observables": np.random.randn(1000, 10)}, 1000)
assert draws.shape == (1000, 1000, 10) and np.isfinite(draws).all()
amortizer.log_posterior({"parameters": draws[:, 0], "observables": np.random.randn(1000, 10)})
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    unit = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, in bytes
    assert int(run.stdout.split()[-1]) * unit < 2e9
