"""What all methods of the benchmark share, and what each is made of."""

import importlib.util
import sys
from unittest.mock import Mock

import numpy as np
import pytest
from scipy import stats

from bf_vae.benchmark.methods import METHOD_NAMES, Posterior, get_method, jana
from bf_vae.benchmark.methods.gatsbi import Gatsbi, GatsbiSettings
from bf_vae.benchmark.methods.gatsbi_networks import Discriminator, Generator
from bf_vae.benchmark.methods.jana_settings import SETTINGS
from bf_vae.benchmark.methods.npe import NPE
from bf_vae.benchmark.methods.redraw import redraw_outside
from bf_vae.benchmark.methods.scale import Scale
from bf_vae.benchmark.methods.spectral_dense import SpectralDense
from bf_vae.simulators import TASK_NAMES, get_simulator
from bf_vae.trainers.compiled_epoch import CompiledEpoch

QUICK = ["cp-vae-paper", "coupling-flow", "flow-matching", "gatsbi", "prior", "reference"]
BY_SBI = ["npe", "npe-prepared", "apt"]


def fitted(name, task, budget=100, observation=None):
    simulator = get_simulator(task)
    method = get_method(name, epochs=1)
    if name == "gatsbi":
        method.chosen = GatsbiSettings(batch_size=20, discriminator_width=16)
    simulations = simulator.sample(budget, seed=0)
    return simulator, method, method.fit(simulator, simulations, 0, observation)


def check_draws(simulator, posterior):
    draws = posterior.sample(64, simulator.observation(1))
    assert draws.shape == (64, simulator.num_parameters)
    assert draws.dtype == np.float32
    assert np.isfinite(draws).all()
    lower, upper = simulator.support
    assert ((draws >= lower) & (draws <= upper)).all()
    np.testing.assert_array_equal(draws, posterior.sample(64, simulator.observation(1)))


@pytest.fixture
def few_steps(monkeypatch):
    """Flow matching integrates in ten steps, one operation at a time as all else here."""
    from bayesflow.networks import FlowMatching

    few = {"method": "euler", "steps": 10}
    module = sys.modules[FlowMatching.__module__]
    monkeypatch.setattr(module, "FLOW_MATCHING_INTEGRATE_DEFAULTS", few)


# Positive parameters: the scale with most that can go wrong.
@pytest.mark.usefixtures("uncompiled", "few_steps")
@pytest.mark.parametrize("name", QUICK)
def test_draws_are_in_the_support_and_repeat(name):
    simulator, method, posterior = fitted(name, "sir")
    if name == "cp-vae-paper":
        assert method.settings["preset"] == "paper"  # which knows no support
        assert posterior.sample(64, simulator.observation(1)).shape == (64, 2)
    else:
        check_draws(simulator, posterior)


@pytest.mark.skipif(importlib.util.find_spec("sbi") is None, reason="sbi is not installed.")
@pytest.mark.parametrize("task", ["two_moons", "sir"])
@pytest.mark.parametrize("name", BY_SBI)
def test_sbis_draws_are_in_the_support_and_repeat(name, task):
    observation = get_simulator(task).observation(1) if name == "apt" else None
    simulator, method, posterior = fitted(name, task, 200, observation)
    assert len(method.settings["epochs"]) == (10 if name == "apt" else 1)
    check_draws(simulator, posterior)


def test_prepared_npe_gets_the_data_that_our_default_sees(monkeypatch):
    seen = {}

    def fit(self, simulator, simulations, seed, observation=None):
        seen.update(simulations)
        return Posterior(lambda n, y: np.tile(y[:2], (n, 1)))

    monkeypatch.setattr(NPE, "fit", fit)
    simulator, method, posterior = fitted("npe-prepared", "lotka_volterra", 2000)
    theta, y = (simulator.sample(2000, seed=0)[k] for k in ("parameters", "observables"))
    np.testing.assert_array_equal(seen["parameters"], theta)
    # Without the two populations that are known at first.
    assert method.settings["features_read"] == [*range(1, 10), *range(11, 20)]
    # Log-normal data that span orders of magnitude: the z-scores of their logarithms.
    late = seen["observables"][:, 1:9]
    np.testing.assert_allclose(late, stats.zscore(np.log(y[:, 2:10])), atol=1e-3)
    np.testing.assert_allclose(posterior.sample(1, y[7])[0], seen["observables"][7, :2], atol=1e-5)
    # The distractors are left out.
    _, method, _ = fitted("npe-prepared", "slcp_distractors", 5000)
    assert seen["observables"].shape == (5000, len(method.settings["features_read"]))
    assert len(method.settings["features_read"]) < 30


def test_names():
    for name in METHOD_NAMES:
        assert get_method(name).name == name
    with pytest.raises(ValueError, match=r"No method named 'flow'\. The methods are: cp-vae"):
        get_method("flow")


def test_what_is_missing_is_named(monkeypatch):
    method = get_method("prior")
    monkeypatch.setattr(type(method), "modules", ("numpy", "no_such_module"))
    with pytest.raises(ImportError, match="'prior' needs no_such_module: pip install"):
        method.check_installed()
    # Not within the time of its training.
    monkeypatch.setattr(type(method), "modules", ("this.that",))
    monkeypatch.delitem(sys.modules, "this", raising=False)
    with pytest.raises(ImportError, match="'prior' needs this: pip install"):
        method.check_installed()
    assert "this" in sys.modules


@pytest.mark.parametrize("task", TASK_NAMES)
def test_scale_goes_there_and_back(task):
    simulator = get_simulator(task)
    theta = simulator.prior(2000, seed=1)
    scale = Scale(theta, simulator.support)
    free = scale.forward(theta)
    np.testing.assert_allclose(free.mean(axis=0), 0, atol=1e-4)
    np.testing.assert_allclose(free.std(axis=0), 1, atol=1e-4)
    np.testing.assert_allclose(scale.inverse(free), theta, rtol=1e-3, atol=1e-4)
    # Whatever a network gives comes back inside the bounds.
    wild = scale.inverse(np.array([-50.0, 50.0])[:, np.newaxis] * np.ones((2, theta.shape[1])))
    lower, upper = simulator.support
    assert ((wild >= lower) & (wild <= upper)).all()
    if np.isfinite(upper).all():
        as_it_is = Scale(theta, simulator.support, logit=False)
        np.testing.assert_allclose(
            as_it_is.forward(theta), (theta - theta.mean(0)) / theta.std(0), atol=1e-3
        )


def test_scale_divides():
    y = np.array([[1.0, 20.0], [3000.0, 40.0]])
    scale = Scale(y, divisor=1000.0)
    np.testing.assert_allclose(scale.forward(y), y / 1000)
    np.testing.assert_allclose(scale.inverse(scale.forward(y)), y, rtol=1e-6)


def test_draws_outside_the_support_are_drawn_again():
    def draw(i):
        return np.random.default_rng(i).normal(size=(5000, 2))

    draws = redraw_outside(draw, (np.array([-1.0, -np.inf]), np.array([0.5, np.inf])))
    # A normal cut off at -1 and 0.5, the other parameter as it was.
    assert stats.kstest(draws[:, 0], stats.truncnorm(-1, 0.5).cdf).pvalue > 1e-3
    assert stats.kstest(draws[:, 1], stats.norm.cdf).pvalue > 1e-3
    # Without end for what never comes inside.
    assert (redraw_outside(draw, (np.full(2, 50.0), np.full(2, 51.0))) < 50).all()


def test_gatsbi_learns():
    simulator = get_simulator("gaussian_mixture")
    settings = GatsbiSettings(
        batch_size=50, discriminator_width=64, discriminator_depth=2, learning_rate=1e-3
    )
    method = Gatsbi("gatsbi", 300, settings)
    posterior = method.fit(simulator, simulator.sample(1000, seed=0), 0)
    # The posterior lies around the data; what has not learned lies around 0.
    y = np.stack([simulator.observation(i) for i in range(1, 11)])
    means = np.stack([posterior.sample(200, one).mean(axis=0) for one in y])
    assert np.corrcoef(means.ravel(), y.ravel())[0, 1] > 0.8


def test_gatsbis_discriminator_is_lipschitz():
    discriminator = Discriminator(16, 2)
    discriminator.build((None, 2), (None, 3))
    rng = np.random.default_rng(0)
    theta, y = rng.normal(size=(2, 50, 2)), rng.normal(size=(2, 50, 3))
    for _ in range(60):  # power iterations
        discriminator(*(x[0].astype("float32") for x in (theta, y)), training=True)
    logits = [
        discriminator(t, z).numpy()
        for t, z in zip(theta.astype("float32"), y.astype("float32"), strict=True)
    ]
    distance = np.sqrt(((theta[0] - theta[1]) ** 2).sum(1) + ((y[0] - y[1]) ** 2).sum(1))
    assert (np.abs(logits[0] - logits[1]) <= 1.01 * distance).all()


def test_spectral_dense_divides_by_the_largest_singular_value():
    layer = SpectralDense(4)
    layer.build((None, 3))
    kernel = np.random.default_rng(0).normal(size=(3, 4))
    layer.kernel.assign(kernel)
    layer.bias.assign(np.arange(4))
    x = np.random.default_rng(1).normal(size=(5, 3)).astype("float32")
    for _ in range(60):  # power iterations
        layer(x, training=True)
    expected = x @ kernel / np.linalg.norm(kernel, 2) + np.arange(4)
    np.testing.assert_allclose(layer(x), expected, rtol=1e-4, atol=1e-5)
    layer.direction.assign(np.ones((1, 4)))
    layer(x)
    np.testing.assert_array_equal(layer.direction.numpy(), np.ones((1, 4)))


def test_gatsbis_noise_moves_the_draws():
    generator = Generator(2, 8)
    generator.build((None, 3))
    y = np.ones((100, 3), "float32")
    noise = np.random.default_rng(0).normal(size=(100, 2)).astype("float32")
    assert generator(y, noise).numpy().std(axis=0).min() > 1e-3
    assert generator(y, 0 * noise).numpy().std(axis=0).max() == pytest.approx(0, abs=1e-6)


def test_jana_has_settings_for_every_task():
    assert set(SETTINGS) == set(TASK_NAMES)
    assert SETTINGS["sir"].epochs == 250
    assert SETTINGS["sir"].student_t
    assert SETTINGS["two_moons"].posterior.depth == 5


def test_janas_layers_are_those_of_bayesflow_1(monkeypatch):
    from bayesflow import networks

    made = []

    class Noted(networks.CouplingFlow):
        def __init__(self, **options):
            made.append(options)
            super().__init__(**options)

    monkeypatch.setattr(networks, "CouplingFlow", Noted)
    jana._flow(SETTINGS["slcp_distractors"].posterior, False, 5, 100)
    _, *layers = made  # the first holds the others' layers
    assert [layer["transform"] for layer in layers] == ["affine", "spline"] * 4
    for layer in layers:
        subnet, is_spline = layer["subnet_kwargs"], layer["transform"] == "spline"
        assert subnet["widths"] == ((128, 128) if is_spline else (64, 64))
        assert (subnet["activation"], subnet["dropout"]) == ("relu", 0.3)
        assert subnet["kernel_initializer"] == "glorot_uniform"
    splines = [layer["transform_kwargs"] for layer in layers[1::2]]
    assert splines == [{"default_domain": (-5.0, 5.0, -5.0, 5.0)}] * 4
    # Without settings of their own, affine layers have the splines' networks.
    made.clear()
    jana._flow(SETTINGS["two_moons"].posterior, False, 2, 2)
    assert {layer["subnet_kwargs"]["widths"] for layer in made[1:]} == {(128, 128)}


def test_a_training_cut_short_is_no_result(monkeypatch):
    # The Trainer itself keeps the best weights so far and returns.
    validation = Mock(side_effect=[{"loss": 2.0}, {"loss": 1.0}, KeyboardInterrupt])
    monkeypatch.setattr(CompiledEpoch, "evaluate", validation)
    simulator, method = get_simulator("two_moons"), get_method("cp-vae-paper", epochs=5)
    with pytest.warns(UserWarning, match="after 2 of 5"), pytest.raises(KeyboardInterrupt):
        method.fit(simulator, simulator.sample(100, seed=0), 0)
