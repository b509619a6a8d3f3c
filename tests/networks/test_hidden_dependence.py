"""Dependence without correlation is found, and learned."""

import numpy as np
import pytest

from bf_vae import CPVAEAmortizer, Trainer, UPVAEAmortizer
from bf_vae.networks.adaptation import NARROW_START
from bf_vae.networks.hidden_dependence import hidden_dependence
from bf_vae.networks.mutual_information import FEWEST
from bf_vae.networks.priors import AutoregressivePrior
from bf_vae.networks.priors.narrow_components import REACH
from bf_vae.simulators import TASK_NAMES, get_simulator


def simulate(n, rate=4, seed=0):
    """One parameter seen directly, one as an angle that went round several times, and noise."""
    rng = np.random.default_rng(seed)
    theta = rng.normal(size=(n, 2))
    angle = (rate * theta[:, 1] + 0.3 * rng.normal(size=n)) % (2 * np.pi)
    y = np.stack([theta[:, 0] + 0.1 * rng.normal(size=n), angle, rng.normal(size=n)], axis=1)
    return {"parameters": theta.astype("float32"), "observables": y.astype("float32")}


@pytest.fixture(scope="module")
def simulations():
    return simulate(4000)


def test_only_the_angle_is_hidden(simulations):
    theta, y = simulations["parameters"], simulations["observables"]
    expected = [[False, False, False], [False, True, False]]
    np.testing.assert_array_equal(hidden_dependence(theta, y), expected)
    np.testing.assert_array_equal(hidden_dependence(theta.tolist(), y.tolist()), expected)


def test_few_or_too_many_simulations_have_none(simulations, monkeypatch):
    theta, y = simulations["parameters"], simulations["observables"]
    expected = [[False, False, False], [False, True, False]]
    np.testing.assert_array_equal(hidden_dependence(theta[:300], y[:300]), expected)
    assert not hidden_dependence(theta[:5], y[:5]).any()
    monkeypatch.setattr("bf_vae.networks.hidden_dependence.FEWEST", 301)
    assert not hidden_dependence(theta[:300], y[:300]).any()
    many = np.broadcast_to(y[:, 1:2], (len(y), 400_000))
    assert not hidden_dependence(theta, many).any()


@pytest.mark.parametrize("n", [FEWEST, 300, 1000])
def test_many_independent_features_have_none(n):
    rng = np.random.default_rng(0)
    theta = rng.normal(size=(n, 10))
    y = np.hstack([rng.normal(size=(len(theta), 100)), rng.poisson(0.5, (len(theta), 100))])
    assert not hidden_dependence(theta, np.hstack([y, np.ones((len(y), 1))])).any()


@pytest.mark.parametrize("task", TASK_NAMES)
def test_the_tasks_show_what_they_depend_on(task):
    simulations = get_simulator(task).sample(3000, seed=0)
    assert not hidden_dependence(simulations["parameters"], simulations["observables"]).any()


def scales(amortizer):
    """Of z at the start, as all conditions give them but for a tenth."""
    bias = amortizer.network.encoder.projection.bias.numpy()
    return np.exp(bias[..., amortizer.network.latent_dim :]).squeeze(axis=1)


def components(amortizer):
    """Locations and scales of the prior's at its start, each (members, components, d)."""
    prior, data = amortizer.network.prior, np.zeros((2, 1, 3), "float32")
    if isinstance(prior, AutoregressivePrior):
        factors = prior.distribution(data).factors(np.zeros((1, 2, 1, 2), "float32"))
        parts = [factors.components_distribution.loc, factors.components_distribution.scale]
        return [np.swapaxes(part[0, :, 0], 1, 2) for part in parts]
    inner = prior.distribution(data).components_distribution.distribution
    return inner.loc[:, 0].numpy(), inner.scale[:, 0].numpy()


@pytest.mark.parametrize("amortizer_class", [CPVAEAmortizer, UPVAEAmortizer])
def test_features_are_kept_and_latents_start_narrow(amortizer_class, simulations):
    amortizer = amortizer_class(seed=0)
    amortizer.adapt(simulations)
    assert amortizer.features_left_out == [2]
    np.testing.assert_allclose(scales(amortizer), [[1, NARROW_START]] * 2, rtol=1e-5)
    # What has been learned since is not undone, or done twice.
    amortizer.adapt(simulations)
    np.testing.assert_allclose(scales(amortizer), [[1, NARROW_START]] * 2, rtol=1e-5)


@pytest.mark.parametrize("prior", ["autoregressive", "mixture"])
def test_components_start_narrow_and_side_by_side(prior, simulations):
    amortizer = CPVAEAmortizer(prior=prior, num_components=5, seed=0)
    amortizer.adapt(simulations)
    locations, scales = components(amortizer)
    expected = np.broadcast_to([1, NARROW_START], scales.shape)
    np.testing.assert_allclose(scales, expected, rtol=0.15)
    np.testing.assert_allclose(np.abs(locations[..., 1]).max(axis=-1), REACH, atol=0.2)
    if prior == "autoregressive":
        expected = np.linspace([-1, -REACH], [1, REACH], 5)
        np.testing.assert_allclose(locations, [expected] * 2, atol=0.1)


def test_fewer_latents_than_parameters(simulations):
    amortizer = CPVAEAmortizer(latent_dim=1, seed=0)
    amortizer.adapt(simulations)
    np.testing.assert_array_equal(scales(amortizer), [[1], [1]])


def test_latents_that_are_no_copies_start_as_they_are(simulations):
    amortizer = CPVAEAmortizer(linear_skip=False, seed=0)
    amortizer.adapt(simulations)
    np.testing.assert_array_equal(scales(amortizer), np.ones((2, 4)))


@pytest.mark.parametrize("prior", ["gaussian", "mixture"])
def test_one_gaussian_as_prior_starts_as_it_is(prior, simulations):
    amortizer = CPVAEAmortizer(prior=prior, num_components=1, seed=0)
    amortizer.adapt(simulations)
    p = amortizer.network.prior.distribution(np.zeros((2, 1, 3), "float32"))
    np.testing.assert_allclose(p.stddev(), np.ones((2, 1, 2)), rtol=0.15)
    np.testing.assert_allclose(p.mean(), np.zeros((2, 1, 2)), atol=0.1)
    np.testing.assert_allclose(scales(amortizer), [[1, NARROW_START]] * 2, rtol=1e-5)


@pytest.mark.parametrize("prior", ["autoregressive", "mixture"])
def test_all_modes_are_learned(prior):
    """Seven of them within the prior; the posterior stays the prior where either start is wide."""
    simulations, new = (simulate(n, rate=6, seed=n) for n in (5000, 1000))
    amortizer = CPVAEAmortizer(prior=prior, widths=(32, 32), num_members=1, seed=0)
    trainer = Trainer(amortizer, default_lr=4e-3, seed=0, progress_bar=False)
    trainer.train_offline(simulations, 15, 100)
    # The prior's density of the second parameter would give -.5.
    line = -np.log(0.1) - 0.5 * np.log(2 * np.pi) - 0.5
    assert amortizer.log_prob(new).mean() > line - 0.5
