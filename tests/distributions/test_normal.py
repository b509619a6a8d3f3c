"""The normal distribution with a named generator."""

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp

from bf_vae.distributions.normal import Normal


@pytest.mark.parametrize("jit_compile", [True, False])
def test_draws_are_tfps(jit_compile):
    loc, scale = tf.constant([[0.0], [5.0]]), tf.constant([1.0, 2.0, 3.0])

    def draw(distribution):
        sample = lambda seed: distribution(loc, scale).sample(4, seed=seed)  # noqa: E731
        return tf.function(sample, jit_compile=jit_compile)(tf.constant([3, 7]))

    ours, theirs = draw(Normal), draw(tfp.distributions.Normal)
    assert ours.shape == (4, 2, 3)
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)


def test_an_independent_one_keeps_its_closed_form_of_the_kl_divergence():
    p, q = (tfp.distributions.Independent(Normal([m, 0.0], 1.0), 1) for m in (0.0, 2.0))
    np.testing.assert_allclose(p.kl_divergence(q), 2.0, rtol=1e-6)
