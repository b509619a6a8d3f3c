"""CPVAE and UPVAE where BayesFlow 2 takes a CouplingFlow."""

import re

import keras
import numpy as np
import pytest

import bf_vae
from bf_vae._bayesflow import bayesflow_major
from bf_vae.simulators import GaussianLinearUniform, TwoMoons

if bayesflow_major() != 2:
    pytest.skip("needs BayesFlow 2", allow_module_level=True)

import bayesflow as bf

from bf_vae.inference_networks.fit_compiled import approximator_of

NETWORKS = {"cp-vae": bf_vae.CPVAE, "up-vae": bf_vae.UPVAE}
VARIABLES = {"inference_variables": ["parameters"], "inference_conditions": ["observables"]}
QUICK = {"epochs": 2, "batch_size": 50, "verbose": 0}
FAST = {"epochs": 1, "resimulate": False, "progress_bar": False}


@pytest.fixture(params=NETWORKS)
def network(request):
    return NETWORKS[request.param](widths=(8,))


def assert_finite_history(history):
    for name, values in history.history.items():
        assert len(values) == QUICK["epochs"]
        assert np.isfinite(values).all(), name


def assert_samples_and_densities(target, simulator, draws_after_reload):
    """Seeds repeat draws, densities are finite, and a fresh process draws the same."""
    data = {"observables": simulator.sample(3, seed=5)["observables"]}
    draws = target.sample(num_samples=6, conditions=data, seed=1)["parameters"]
    assert draws.shape == (3, 6, simulator.num_parameters)
    again = target.sample(num_samples=6, conditions=data, seed=1)["parameters"]
    np.testing.assert_array_equal(draws, again)
    other = target.sample(num_samples=6, conditions=data, seed=2)["parameters"]
    assert not np.allclose(draws, other)
    # BayesFlow 2.0 does not pass a seed on to the draws that come without one.
    fresh = [target.sample(num_samples=6, conditions=data)["parameters"] for _ in range(2)]
    assert not np.allclose(*fresh)
    log_prob = target.log_prob(simulator.sample(5, seed=6))
    assert np.shape(log_prob) == (5,)
    assert np.isfinite(log_prob).all()
    reloaded = draws_after_reload(approximator_of(target), data)
    np.testing.assert_allclose(draws, reloaded, rtol=1e-5, atol=1e-6)


def test_basic_workflow(network, draws_after_reload):
    simulator = TwoMoons(1)
    workflow = bf.BasicWorkflow(simulator=simulator, inference_network=network, **VARIABLES)
    simulations, held_out = simulator.sample(200), simulator.sample(50)
    assert_finite_history(workflow.fit_offline(simulations, validation_data=held_out, **QUICK))
    assert len(workflow.plot_default_diagnostics(test_data=simulator.sample(30))) >= 4
    assert workflow.compute_default_diagnostics(test_data=simulator.sample(30)).shape[1] == 2
    with pytest.raises(ValueError, match="The conditions hold NaN or infinity"):
        workflow.sample(num_samples=2, conditions={"observables": np.full((1, 2), np.nan)})
    assert_samples_and_densities(workflow, simulator, draws_after_reload)


@pytest.mark.usefixtures("uncompiled")
def test_continuous_approximator(network, draws_after_reload):
    simulator = TwoMoons(1)
    adapter = bf.BasicWorkflow.default_adapter(["parameters"], ["observables"], None)
    approximator = bf.approximators.ContinuousApproximator(
        inference_network=network, adapter=adapter
    )
    approximator.compile(optimizer=keras.optimizers.Adam(1e-3))
    dataset = bf.OfflineDataset(simulator.sample(200), batch_size=50, adapter=adapter)
    assert_finite_history(approximator.fit(dataset=dataset, epochs=QUICK["epochs"], verbose=0))
    assert_samples_and_densities(approximator, simulator, draws_after_reload)


@pytest.mark.usefixtures("uncompiled")
@pytest.mark.parametrize("members", ["named", "cloned"])
def test_ensemble_workflow(members, draws_after_reload):
    if members == "named":
        networks = {name: make(widths=(8,)) for name, make in NETWORKS.items()}
        arguments = {"inference_networks": networks}
    else:
        arguments = {"inference_networks": bf_vae.CPVAE(widths=(8,)), "ensemble_size": 2}
    simulator = TwoMoons(1)
    workflow = bf.EnsembleWorkflow(simulator=simulator, **arguments, **VARIABLES)
    assert_finite_history(workflow.fit_offline(simulator.sample(200), data_reuse=0.5, **QUICK))
    data = {"observables": simulator.sample(3)["observables"]}
    one, other = workflow.sample(
        num_samples=6, conditions=data, merge_members=False, seed=1
    ).values()
    assert one["parameters"].shape == (3, 6, 2)
    assert not np.allclose(one["parameters"], other["parameters"])
    assert_samples_and_densities(workflow, simulator, draws_after_reload)


class Coins:
    """Sets of 7 noisy looks at one number; of two, some starts find one late."""

    num_parameters = 1

    def sample(self, size, seed=0):
        rng = np.random.default_rng(seed)
        theta = rng.normal(size=(size, 1)).astype("float32")
        looks = theta[:, np.newaxis] + 0.3 * rng.normal(size=(size, 7, 1)).astype("float32")
        return {"parameters": theta, "observables": looks.astype("float32")}


@pytest.mark.parametrize("make", NETWORKS.values(), ids=NETWORKS)
def test_summary_network_on_sets(make, draws_after_reload):
    simulator = Coins()
    workflow = bf.BasicWorkflow(
        inference_network=make(),
        summary_network=bf.networks.DeepSet(summary_dim=3, depth=1),
        inference_variables=["parameters"],
        summary_variables=["observables"],
        # The default, AdamW, takes twice as long to compile.
        optimizer=keras.optimizers.Adam(5e-3),
    )
    data = simulator.sample(1000)
    summary_network = approximator_of(workflow).summary_network
    approximator_of(workflow).build_from_data(
        {"inference_variables": data["parameters"], "summary_variables": data["observables"]}
    )
    before = summary_network.get_weights()
    workflow.fit_offline(data, epochs=30, batch_size=50, verbose=0)
    after = summary_network.get_weights()
    assert all(np.abs(a - b).max() > 0 for a, b in zip(after, before, strict=True))
    truth = simulator.sample(100, seed=1)
    draws = workflow.sample(num_samples=50, conditions=truth, seed=1)["parameters"]
    # Only a trained summary network tells one set from another; prior means err by 1.
    errors = draws.mean(axis=1) - truth["parameters"]
    assert np.sqrt(np.mean(errors**2)) < 0.25
    # The order of a set says nothing.
    shuffled = {"observables": truth["observables"][:, ::-1]}
    again = workflow.sample(num_samples=50, conditions=shuffled, seed=1)["parameters"]
    np.testing.assert_allclose(draws, again, atol=1e-3)
    assert_samples_and_densities(workflow, simulator, draws_after_reload)


@pytest.mark.usefixtures("uncompiled")
def test_adapter_constrains_draws(network):
    simulator = GaussianLinearUniform(1)
    adapter = (
        bf.Adapter()
        .convert_dtype("float64", "float32")
        # Exclusive: bounds that count as inside are widened by 1e-6.
        .constrain("parameters", lower=-1, upper=1, inclusive="none")
        .rename("parameters", "inference_variables")
        .rename("observables", "inference_conditions")
    )
    workflow = bf.BasicWorkflow(simulator=simulator, adapter=adapter, inference_network=network)
    assert_finite_history(workflow.fit_offline(simulator.sample(300), **QUICK))
    data = {"observables": simulator.sample(20)["observables"]}
    draws = workflow.sample(num_samples=100, conditions=data)["parameters"]
    assert draws.shape == (20, 100, 10)
    assert draws.min() >= -1
    assert draws.max() <= 1
    # Wide enough that the bounds were put to the test.
    assert np.abs(draws).max() > 0.9
    assert np.isfinite(workflow.log_prob(simulator.sample(5))).all()


@pytest.mark.usefixtures("uncompiled")
@pytest.mark.parametrize("fit", ["fit_offline", "fit_compiled"])
def test_a_support_in_other_units_than_the_networks_is_told(fit, recwarn):
    simulations = GaussianLinearUniform(1).sample(200)
    simulations["parameters"] = simulations["parameters"] + 10  # -1..1 to 9..11
    told = re.compile(r"BasicWorkflow\(\.\.\., standardize=None\)")

    def train_and_draw(support, standardize):
        network = bf_vae.CPVAE(widths=(8,), support=support)
        workflow = bf.BasicWorkflow(inference_network=network, standardize=standardize, **VARIABLES)
        if fit == "fit_offline":
            workflow.fit_offline(simulations, **QUICK)
        else:
            bf_vae.fit_compiled(workflow, simulations, **FAST)
        conditions = {"observables": simulations["observables"][:2]}
        return workflow.sample(num_samples=4, conditions=conditions)["parameters"]

    assert train_and_draw((5, 15), None).min() > 5
    assert not any(told.search(str(w.message)) for w in recwarn)
    with pytest.raises(ValueError, match=told):
        train_and_draw((5, 15), "inference_variables")
    # Standardized parameters lie within wide bounds; what is drawn need not, in its own units.
    if fit == "fit_offline":
        with pytest.warns(UserWarning, match=told):
            train_and_draw((-50, 50), "inference_variables")
    else:
        workflow = bf.BasicWorkflow(
            inference_network=bf_vae.CPVAE(widths=(8,), support=(-50, 50)), **VARIABLES
        )
        for _ in range(2):  # again, once there are weights
            with pytest.raises(ValueError, match=told):
                bf_vae.fit_compiled(workflow, simulations, **FAST)
