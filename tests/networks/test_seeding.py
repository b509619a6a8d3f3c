import time
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import pytest
import tensorflow as tf

from bf_vae.networks.seeding import stateless_seed

GENERATOR = keras.random.SeedGenerator(1)


@pytest.mark.parametrize("seed", [0, 7, np.int64(7), -1, 2**31 - 1])
def test_a_seed_of_32_bits_is_followed_by_zero(seed):
    found = stateless_seed(seed, GENERATOR)
    assert found.dtype == tf.int32
    np.testing.assert_array_equal(found, [seed, 0])


def test_longer_seeds_are_different_seeds():
    seeds = [0, -(2**31), 2**31, 2**32, 2**40, 2**40 + 1, 2**62]
    assert len({tuple(stateless_seed(seed, GENERATOR).numpy()) for seed in seeds}) == len(seeds)


def test_pairs_and_generators():
    np.testing.assert_array_equal(stateless_seed((3, 4), GENERATOR), [3, 4])
    np.testing.assert_array_equal(stateless_seed(tf.constant([3, 4]), GENERATOR), [3, 4])
    first, second = (stateless_seed(None, GENERATOR).numpy() for _ in range(2))
    assert tuple(first) != tuple(second)


@pytest.mark.parametrize("seed", [1.5, "1", np.random.default_rng(1)])
def test_anything_else_is_no_seed(seed):
    with pytest.raises(TypeError, match="seed must be a whole number"):
        stateless_seed(seed, GENERATOR)


def test_a_tensor_of_another_shape_is_no_seed():
    for seed in (tf.constant(3), [1, 2, 3]):
        with pytest.raises(ValueError, match="A seed is a whole number, or a tensor of two"):
            stateless_seed(seed, GENERATOR)


def test_threads_draw_different_seeds():
    class SlowGenerator:
        state = 0

        def next(self):
            seed, _ = self.state, time.sleep(1e-3)
            self.state += 1
            return tf.constant([seed, 0])

    slow = SlowGenerator()
    with ThreadPoolExecutor(8) as pool:
        seeds = list(pool.map(lambda _: tuple(stateless_seed(None, slow).numpy()), range(40)))
    assert len(set(seeds)) == 40
