"""A CP-VAE as the posterior of BayesFlow 1.x's joint learner, JANA."""

import numpy as np
import pytest
from bayesflow.amortizers import AmortizedLikelihood, AmortizedPosteriorLikelihood
from bayesflow.networks import InvertibleNetwork
from bayesflow.trainers import Trainer

from bf_vae import CPVAEAmortizer


def make_joint():
    posterior = CPVAEAmortizer(widths=(16,), kl_warmup=5, seed=1)
    likelihood = AmortizedLikelihood(InvertibleNetwork(num_params=3, num_coupling_layers=2))
    return AmortizedPosteriorLikelihood(posterior, likelihood)


@pytest.fixture
def joint():
    return make_joint()


def test_trains_both_parts(joint, gaussian_1x, tmp_path):
    trainer = Trainer(joint, gaussian_1x, checkpoint_path=str(tmp_path), default_lr=5e-3)
    posterior, likelihood = joint.amortized_posterior, joint.amortized_likelihood
    parts = len(posterior.trainable_weights) + len(likelihood.trainable_variables)
    assert len(joint.trainable_variables) == parts
    before = [v.numpy() for v in joint.trainable_variables]
    history = trainer.train_offline(gaussian_1x(320), 4, 32)
    after = [v.numpy() for v in joint.trainable_variables]
    assert all(np.abs(a - b).max() > 0 for a, b in zip(before, after, strict=True))
    losses = history[["Post.Loss", "Lik.Loss"]]
    assert (losses.tail(10).mean() < losses.head(10).mean()).all()

    sims = trainer.configurator(gaussian_1x(7))
    assert joint.sample_parameters(sims, 5).shape == (7, 5, 2)
    assert joint.sample_data(sims, 5).shape == (7, 5, 3)
    densities = joint.log_prob(sims)
    assert all(np.isfinite(v).all() and v.shape == (7,) for v in densities.values())

    fresh = make_joint()
    Trainer(fresh, gaussian_1x, checkpoint_path=str(tmp_path))
    y = {"summary_conditions": np.ones((2, 3), "float32")}
    np.testing.assert_array_equal(
        joint.amortized_posterior.sample(y, 5, seed=3),
        fresh.amortized_posterior.sample(y, 5, seed=3),
    )
    np.testing.assert_allclose(
        joint.log_likelihood(sims), fresh.log_likelihood(sims), rtol=1e-5, atol=1e-5
    )
