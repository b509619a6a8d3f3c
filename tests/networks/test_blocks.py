import subprocess
import sys

import numpy as np
import tensorflow as tf

from bf_vae.networks import blocks


def test_blocks_cover_every_observation_once(monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK_SIZE", 12)
    seeds = []

    def sample(y, num_samples, seed):
        seeds.append(tuple(seed.numpy()))
        return tf.tile(y[:, tf.newaxis], (1, num_samples, 1))

    y = tf.reshape(tf.range(14.0), (7, 2))
    draws = blocks.in_blocks(sample, y, 4, tf.constant([0, 1])).numpy()
    np.testing.assert_array_equal(draws, np.repeat(y.numpy()[:, np.newaxis], 4, axis=1))
    assert len(set(seeds)) == 3  # of 3, 3 and 1 observations


def test_a_thousand_observations_a_thousand_draws_each_under_two_gigabytes():
    code = """
import resource, numpy as np, bf_vae
amortizer = bf_vae.CPVAEAmortizer(seed=0)
amortizer.adapt({"parameters": np.random.randn(50, 10), "observables": np.random.randn(50, 10)})
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
draws = amortizer.sample({"observables": np.random.randn(1000, 10)}, 1000)
assert draws.shape == (1000, 1000, 10) and np.isfinite(draws).all()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    unit = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, in bytes
    assert int(run.stdout.split()[-1]) * unit < 2e9
