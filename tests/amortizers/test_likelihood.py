"""Learned likelihoods and the joint amortizer, against closed forms."""

import warnings

import keras
import numpy as np
import pytest
from scipy import stats

from bf_vae import CPVAELikelihoodAmortizer, JointVAEAmortizer, Trainer

SMALL = {"widths": (32,), "num_members": 1, "seed": 1}


def log_normal(x, mean, covariance):
    return stats.multivariate_normal(np.zeros(len(covariance)), covariance).logpdf(x - mean)


@pytest.fixture(scope="module")
def joint():
    """A joint amortizer trained on the linear-Gaussian model."""
    from tests.conftest import LinearGaussian

    keras.utils.set_random_seed(1)
    joint = JointVAEAmortizer(likelihood=CPVAELikelihoodAmortizer(**SMALL))
    trainer = Trainer(joint, default_lr=5e-3, seed=1, jit_compile=False, progress_bar=False)
    trainer.train_offline(LinearGaussian().sample(4000), 30, 100, validation_sims=0.1)
    return joint


def test_likelihood_of_a_linear_gaussian_model(joint, linear_gaussian):
    test = linear_gaussian.sample(500)
    theta, noise = test["parameters"], linear_gaussian.noise
    exact = log_normal(test["observables"], theta @ linear_gaussian.A.T, noise**2 * np.eye(3))
    estimated = joint.log_likelihood(test, seed=1)
    assert estimated.shape == (500,)
    assert abs(np.mean(estimated - exact)) < 0.1
    assert np.std(estimated - exact) < 0.3

    y = joint.sample_data(test, 400, seed=1)
    assert y.shape == (500, 400, 3)
    residuals = y - (theta @ linear_gaussian.A.T)[:, np.newaxis]
    assert np.abs(residuals.mean(axis=1)).max() < 0.3
    np.testing.assert_allclose(residuals.std(axis=(0, 1)), noise, rtol=0.1)
    np.testing.assert_array_equal(y, joint.sample_data(test, 400, seed=1))
    assert joint.sample_data({"parameters": theta[0]}, 5).shape == (5, 3)


def test_marginal_likelihood_of_a_linear_gaussian_model(joint, linear_gaussian):
    test = linear_gaussian.sample(50)
    covariance = linear_gaussian.A @ linear_gaussian.A.T + linear_gaussian.noise**2 * np.eye(3)
    exact = log_normal(test["observables"], 0, covariance)

    def log_prior(theta):
        return log_normal(theta, 0, np.eye(2))

    estimated = joint.log_marginal_likelihood(test, log_prior, n_samples=80, seed=1)
    assert estimated.shape == (50,)
    assert np.sqrt(np.mean((estimated - exact) ** 2)) < 0.3


def test_jana_interface(joint, linear_gaussian, tmp_path):
    test = linear_gaussian.sample(8)
    parts = {
        "posterior_inputs": {
            "parameters": test["parameters"],
            "summary_conditions": test["observables"],
        },
        "likelihood_inputs": {
            "conditions": test["parameters"],
            "observables": test["observables"],
        },
    }
    losses = joint.compute_losses(test, seed=1)
    assert float(losses["loss"]) == pytest.approx(
        float(losses["posterior"]) + float(losses["likelihood"])
    )
    assert float(joint.compute_loss(parts, seed=1)) == pytest.approx(float(losses["loss"]))
    draws = joint.sample(parts, 7, 9, seed=1)
    assert draws["posterior_samples"].shape == (8, 7, 2)
    assert draws["likelihood_samples"].shape == (8, 9, 3)
    densities = joint.log_prob(parts, seed=1)
    np.testing.assert_array_equal(densities["log_posterior"], joint.log_posterior(test, seed=1))
    np.testing.assert_array_equal(densities["log_likelihood"], joint.log_likelihood(test, seed=1))

    joint.save(tmp_path / "joint.keras")
    loaded = keras.saving.load_model(tmp_path / "joint.keras")
    again = loaded.sample(test, 7, 9, seed=1)
    for name, values in draws.items():
        np.testing.assert_allclose(again[name], values, rtol=1e-5)


def test_parts_that_are_trained_stay_as_they_are(linear_gaussian):
    sims = linear_gaussian.sample(50)
    joint = JointVAEAmortizer(likelihood=CPVAELikelihoodAmortizer(**SMALL))
    joint.posterior.adapt(sims)
    mean = joint.posterior.network.theta_transform.standardizer.mean.numpy()
    joint.adapt({k: v + 10 for k, v in sims.items()})
    np.testing.assert_array_equal(joint.posterior.network.theta_transform.standardizer.mean, mean)
    assert joint.likelihood.is_adapted


def test_joint_amortizers_in_a_trainer(joint, linear_gaussian):
    sims = linear_gaussian.sample(60)
    nested = {"posterior_inputs": sims, "likelihood_inputs": sims}
    trainer = Trainer(joint, jit_compile=False, progress_bar=False)
    with pytest.raises(ValueError, match="'posterior_inputs' is a dictionary"):
        trainer.train_offline(nested, 1, 10)
    assert trainer.diagnose_sbc_histograms(sims).axes
    assert trainer.diagnose_latent2d(sims).axes
    y = {"posterior_inputs": {"summary_conditions": sims["observables"][:2]}}
    log_prior = stats.norm.logpdf
    marginal = joint.log_marginal_likelihood(y, lambda t: log_prior(t).sum(axis=1), 20, seed=1)
    flat = {"observables": sims["observables"][:2]}
    again = joint.log_marginal_likelihood(flat, lambda t: log_prior(t).sum(axis=1), 20, seed=1)
    np.testing.assert_array_equal(marginal, again)


def test_own_subnets_are_saved(linear_gaussian, tmp_path):
    sims = linear_gaussian.sample(20)
    likelihood = CPVAELikelihoodAmortizer(encoder_net=keras.layers.Dense(4), seed=1)
    likelihood.adapt(sims)
    likelihood.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(
        likelihood.log_likelihood(sims, seed=1), loaded.log_likelihood(sims, seed=1), rtol=1e-4
    )


def test_dequantization_is_seeded_and_spreads_zeros():
    rng = np.random.default_rng(0)
    counts = rng.poisson(rng.gamma(1.0, 6.0, (500, 1)))
    sims = {"parameters": rng.normal(size=(500, 1)), "observables": counts}
    likelihood = CPVAELikelihoodAmortizer(counts=True, **SMALL)
    likelihood.adapt(sims)
    losses = [float(likelihood.compute_loss(sims, training=True, seed=5)) for _ in range(2)]
    assert losses[0] == losses[1]
    # A logarithm that took half a count for the smallest number would make an atom of zeros.
    zeros = likelihood.data_transform(np.array([[0.05], [0.2], [0.45]], "float32")).numpy()
    assert len(np.unique(zeros)) == 3


def test_counts_are_whole_and_have_probabilities(tmp_path):
    rng = np.random.default_rng(0)

    def simulate(size):
        theta = rng.uniform(-1, 1, (size, 1))
        return {"parameters": theta, "observables": rng.poisson(20 * np.exp(theta))}

    likelihood = CPVAELikelihoodAmortizer(counts=True, **SMALL)
    trainer = Trainer(likelihood, default_lr=5e-3, seed=1, jit_compile=False, progress_bar=False)
    trainer.train_offline(simulate(4000), 80, 100, validation_sims=0.1, early_stopping=True)
    likelihood.save(tmp_path / "counts.keras")
    likelihood = keras.saving.load_model(tmp_path / "counts.keras")

    theta = np.array([[-0.5], [0.0], [0.5]])
    y = likelihood.sample({"parameters": theta}, 5000, seed=1)
    np.testing.assert_array_equal(y, np.round(y))
    rate = 20 * np.exp(theta[:, 0])
    # Mean and variance of a Poisson are its rate; without the half the mean would be off by it.
    np.testing.assert_allclose(y.mean(axis=1)[:, 0], rate, rtol=0.05)
    # A Gaussian after a logarithm has a heavier tail than a Poisson.
    np.testing.assert_allclose(y.var(axis=1)[:, 0], rate, rtol=0.4)
    counts = np.arange(12, 30)
    pairs = {"parameters": np.zeros((18, 1)), "observables": counts[:, np.newaxis]}
    log_mass = likelihood.log_likelihood(pairs, seed=1)
    np.testing.assert_allclose(log_mass, stats.poisson(20).logpmf(counts), atol=0.4)
    # Masses belong to the numbers that are drawn: not to half a number more.
    counts = np.arange(80)
    pairs = {"parameters": np.zeros((80, 1)), "observables": counts[:, np.newaxis]}
    mass = np.exp(likelihood.log_likelihood(pairs, seed=1))
    assert abs(np.average(counts, weights=mass) - y[1].mean()) < 0.25
    assert mass.sum() == pytest.approx(1, abs=0.02)


def test_a_count_s_probability_is_the_mean_density_of_its_cell():
    rng = np.random.default_rng(0)
    theta = rng.uniform(-2, 1, (1500, 1))
    sims = {"parameters": theta, "observables": rng.poisson(np.exp(theta))}
    likelihood = CPVAELikelihoodAmortizer(counts=True, **SMALL)
    trainer = Trainer(likelihood, default_lr=5e-3, seed=1, jit_compile=False, progress_bar=False)
    trainer.train_offline(sims, 10, 100)
    density = CPVAELikelihoodAmortizer(counts=False, **SMALL)
    density.build({k: v.shape for k, v in sims.items()})
    density.set_weights(likelihood.get_weights())

    counts = np.repeat(np.arange(3), 200)[:, np.newaxis]
    points = counts + np.tile((np.arange(200) + 0.5) / 200, 3)[:, np.newaxis]
    there = np.full((600, 1), -1.0)
    exact = np.exp(density.log_likelihood({"parameters": there, "observables": points}, seed=1))
    pairs = {"parameters": there[:3], "observables": np.arange(3)[:, np.newaxis]}
    mass = np.exp(likelihood.log_likelihood(pairs, seed=1))
    np.testing.assert_allclose(mass, exact.reshape(3, 200).mean(axis=1), rtol=0.05)
    for impossible in (-1.0, 0.5):
        pairs = {"parameters": [[-1.0]], "observables": [[impossible]]}
        assert likelihood.log_likelihood(pairs) == -np.inf


def test_a_preset_and_its_powers_are_also_the_data_s():
    paper = CPVAELikelihoodAmortizer(preset="paper")
    expected = {"decoder": "diagonal", "widths": [128, 128], "kl_warmup": 2000}
    assert {key: paper.get_config()[key] for key in expected} == expected
    powers = [
        CPVAELikelihoodAmortizer(**options).data_transform.powers
        for options in ({}, {"preset": "paper"}, {"power_transform": False})
    ]
    assert powers == [True, False, False]


def test_defaults_are_a_likelihood_s_and_arguments_win():
    defaults = CPVAELikelihoodAmortizer().get_config()
    expected = {
        "decoder": "full",
        "widths": [128, 128, 128],
        "num_members": 1,
    }
    assert {key: defaults[key] for key in expected} == expected
    assert CPVAELikelihoodAmortizer(decoder="diagonal").get_config()["decoder"] == "diagonal"


def test_bad_input(linear_gaussian, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sims = linear_gaussian.sample(10)
    likelihood = CPVAELikelihoodAmortizer(**SMALL)
    with pytest.raises(RuntimeError, match="no weights yet"):
        likelihood.sample({"parameters": sims["parameters"]}, 3)
    with pytest.raises(RuntimeError, match="Train it"):
        likelihood.save("never.keras")
    likelihood.adapt(sims)
    with pytest.raises(ValueError, match=r"ends in \.keras, got 'never\.h5'"):
        likelihood.save("never.h5")
    with pytest.raises(ValueError, match="num_importance must be at least 1, got 0"):
        likelihood.log_likelihood(sims, num_importance=0)
    with pytest.raises(ValueError, match="With counts=True the data are whole numbers"):
        CPVAELikelihoodAmortizer(counts=True, **SMALL).adapt(sims)
    with pytest.warns(UserWarning, match="All data are whole numbers, .* counts=True"):
        CPVAELikelihoodAmortizer(**SMALL).adapt(
            {**sims, "observables": np.round(sims["observables"])}
        )
    with warnings.catch_warnings():  # float32 holds no others so far from zero
        warnings.simplefilter("error", UserWarning)
        CPVAELikelihoodAmortizer(**SMALL).adapt(
            {**sims, "observables": 3e7 + 1e6 * sims["observables"]}
        )
    with pytest.raises(ValueError, match="'parameters' \\(or 'conditions'\\)"):
        likelihood.compute_loss({**sims, "conditions": sims["parameters"]})
    with pytest.raises(ValueError, match="got \\['theta'"):
        likelihood.sample({"theta": sims["parameters"]}, 3)
    with pytest.raises(TypeError, match="dictionary"):
        likelihood.compute_loss(sims["parameters"])
    with pytest.raises(TypeError, match="takes no support="):
        CPVAELikelihoodAmortizer(support=(0, 1))
    with pytest.raises(ValueError, match="The parameters hold NaN or infinity in 10 of 10"):
        likelihood.check_simulations(
            {"conditions": np.full((10, 2), np.nan), "observables": sims["observables"]}
        )
    bad = {**sims, "observables": np.full((10, 3), np.nan)}
    with pytest.raises(ValueError, match="NaN"):
        JointVAEAmortizer().adapt(bad)
    with pytest.raises(RuntimeError, match="Train it"):
        JointVAEAmortizer().save("never.keras")
