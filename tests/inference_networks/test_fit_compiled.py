"""A BayesFlow 2 workflow trained by this package's compiled loop."""

import keras
import numpy as np
import pytest

import bf_vae
from bf_vae._bayesflow import bayesflow_major

if bayesflow_major() != 2:
    pytest.skip("needs BayesFlow 2", allow_module_level=True)

import bayesflow as bf

from bf_vae import fit_compiled
from bf_vae.inference_networks.approximator_amortizer import ApproximatorAmortizer
from bf_vae.inference_networks.fit_compiled import approximator_of
from bf_vae.trainers import recipe
from bf_vae.trainers.share_search import ShareSearch
from bf_vae.trainers.xla_gain import gains_from_xla

VARIABLES = {"inference_variables": ["parameters"], "inference_conditions": ["observables"]}
QUIET = {"progress_bar": False, "seed": 0}


def line(size, seed=0):
    """In z-scores theta ~ N(0, 1), y = theta + 0.5 noise: the posterior is N(0.8 y, 0.2)."""
    rng = np.random.default_rng(seed)
    theta = rng.normal(size=(size, 1)).astype("float32")
    y = theta + 0.5 * rng.normal(size=(size, 1)).astype("float32")
    return {"parameters": 50 + 10 * theta, "observables": 1000 + 200 * y}


def test_learns_an_exact_posterior_and_is_saved(tmp_path):
    keras.utils.set_random_seed(0)
    network = bf_vae.CPVAE(widths=(16,), num_components=2, seed=0)
    workflow = bf.BasicWorkflow(inference_network=network, **VARIABLES)
    history = fit_compiled(workflow, line(2000), epochs=30, batch_size=32, **QUIET)
    assert list(history["train_losses"]) == ["Loss", "Reconstruction", "KL"]
    assert len(history["val_losses"]) <= 30
    plotted = workflow.history.history
    assert plotted["val_loss"] == history["val_losses"]["Loss"].tolist()
    assert plotted["loss"][1] == pytest.approx(history["train_losses"]["Loss"][56:112].mean())
    assert bf.diagnostics.plots.loss(workflow.history).axes
    np.testing.assert_allclose(network.network.residual.unit, np.sqrt(0.2), rtol=0.1)

    y = np.array([[-1.0], [0.5], [2.0]], "float32")
    conditions = {"observables": 1000 + 200 * y}
    draws = workflow.sample(num_samples=4000, conditions=conditions, seed=1)["parameters"]
    np.testing.assert_allclose((draws.mean(axis=1) - 50) / 10, 0.8 * y, atol=0.1)
    np.testing.assert_allclose(draws.std(axis=1) / 10, np.sqrt(0.2), rtol=0.12)

    approximator_of(workflow).save(tmp_path / "line.keras")
    loaded = keras.saving.load_model(tmp_path / "line.keras")
    again = loaded.sample(num_samples=4000, conditions=conditions, seed=1)["parameters"]
    np.testing.assert_allclose(again.mean(axis=1), draws.mean(axis=1), atol=0.5)


def looks_workflow():
    """A workflow with a summary network of seven looks at each parameter, and simulations."""
    rng = np.random.default_rng(0)
    theta = rng.normal(size=(400, 1)).astype("float32")
    looks = theta[:, np.newaxis] + 0.3 * rng.normal(size=(400, 7, 1)).astype("float32")
    workflow = bf.BasicWorkflow(
        inference_network=bf_vae.UPVAE(widths=(8,), seed=0),
        summary_network=bf.networks.DeepSet(summary_dim=2, depth=1),
        inference_variables=["parameters"],
        summary_variables=["observables"],
    )
    return workflow, {"parameters": theta, "observables": looks}


@pytest.mark.usefixtures("uncompiled")
def test_trains_a_summary_network():
    workflow, simulations = looks_workflow()
    fit_compiled(workflow, simulations, epochs=1, batch_size=40, **QUIET)
    summary = approximator_of(workflow).summary_network
    before = [w.numpy().copy() for w in summary.trainable_weights]
    fit_compiled(workflow, simulations, epochs=2, batch_size=40, validation_sims=None, **QUIET)
    after = [w.numpy() for w in summary.trainable_weights]
    assert any(not np.allclose(a, b) for a, b in zip(before, after, strict=True))


def test_a_summary_network_with_dropout_is_trained_without_xla():
    workflow, simulations = looks_workflow()
    amortizer = ApproximatorAmortizer(approximator_of(workflow))
    amortizer.adapt(amortizer.configure(simulations))
    assert not gains_from_xla(amortizer)


@pytest.mark.usefixtures("uncompiled")
def test_parameters_of_a_summary_networks_workflow_are_standardized_from_all():
    workflow, simulations = looks_workflow()
    simulations["parameters"] = 50 + 10 * simulations["parameters"]
    fit_compiled(workflow, simulations, epochs=1, batch_size=40, resimulate=False, **QUIET)
    network = approximator_of(workflow).inference_network.network
    standardizer = network.theta_transform.standardizer
    # BayesFlow's standardization comes before: twice would divide by ten again.
    assert float(standardizer.fixed) == 1
    assert float(standardizer.count) == 360
    np.testing.assert_allclose(standardizer.mean, 0, atol=1e-3)
    np.testing.assert_allclose(standardizer.std, 1, rtol=1e-3)


def workflow_on(keys, network):
    """A workflow whose adapter renames these keys, and whose standardization is the network's."""
    adapter = bf.Adapter().convert_dtype("float64", "float32")
    for ours, theirs in keys.items():
        adapter = adapter.rename(ours, theirs)
    return bf.BasicWorkflow(inference_network=network, adapter=adapter, standardize=None)


WEIGHTED = {
    "parameters": "inference_variables",
    "observables": "inference_conditions",
    "w": "sample_weight",
}


@pytest.mark.usefixtures("uncompiled")
def test_weighted_simulations_are_adapted_to_as_others():
    networks = {}
    for keys in (WEIGHTED, {k: v for k, v in WEIGHTED.items() if k != "w"}):
        simulations = {**line(200), "w": np.ones(200, "float32")}
        networks[len(keys)] = network = bf_vae.CPVAE(widths=(4,), seed=0)
        given = {k: simulations[k] for k in keys}
        options = {"epochs": 1, "resimulate": False, **QUIET}
        fit_compiled(workflow_on(keys, network), given, **options)
    weighted, plain = networks[3].network, networks[2].network
    assert float(weighted.y_transform.standardizer.fixed) == 1
    np.testing.assert_array_equal(weighted.residual.unit, plain.residual.unit)
    assert float(np.max(weighted.residual.unit)) < 0.7  # of 1 without a regression


@pytest.mark.parametrize("extra", ["w", "looks"])
def test_the_support_is_checked_whatever_else_the_adapter_gives(extra):
    keys = {**WEIGHTED, "looks": "summary_variables"}
    keys = {k: v for k, v in keys.items() if k in ("parameters", "observables", extra)}
    simulations = {**line(100), "w": np.ones(100), "looks": np.ones((100, 3, 1))}
    network = bf_vae.CPVAE(widths=(4,), support=(0, 49), seed=0)
    workflow = workflow_on(keys, network)
    if extra == "looks":
        workflow = bf.BasicWorkflow(
            inference_network=network, adapter=workflow.adapter, standardize=None,
            summary_network=bf.networks.DeepSet(summary_dim=2, depth=1),
        )  # fmt: skip
    with pytest.raises(ValueError, match=r"outside the declared support.*standardize=None"):
        fit_compiled(workflow, {k: simulations[k] for k in keys}, **QUIET)


def test_leaves_out_what_says_nothing():
    simulations = line(2000)
    noise = np.random.default_rng(1).normal(size=(2000, 1)).astype("float32")
    simulations["observables"] = np.hstack([simulations["observables"], noise])
    network = bf_vae.CPVAE(widths=(4,), seed=0)
    workflow = bf.BasicWorkflow(inference_network=network, **VARIABLES)
    fit_compiled(workflow, simulations, epochs=1, validation_sims=None, **QUIET)
    np.testing.assert_array_equal(network.network.y_transform.kept, [1, 0])


@pytest.fixture
def overfitting(monkeypatch):
    """Any network overfits enough."""
    monkeypatch.setattr(recipe, "LEAST_OVERFITTING", -np.inf)


@pytest.mark.usefixtures("uncompiled", "overfitting", "short_likelihood")
def test_a_network_that_overfits_is_trained_on_data_simulated_anew(monkeypatch):
    simulations = line(2000)
    noise = np.random.default_rng(1).normal(size=(2000, 1)).astype("float32")
    simulations["observables"] = np.hstack([noise, simulations["observables"]])
    learned, train_likelihood = [], ShareSearch._train_likelihood

    def noted(self):
        learned.append(self._features_read.tolist())
        train_likelihood(self)

    monkeypatch.setattr(ShareSearch, "_train_likelihood", noted)
    for resimulate, shares in ((True, [0.0, 0.8]), (False, [0.0])):
        network = bf_vae.CPVAE(widths=(4,), seed=0)
        workflow = bf.BasicWorkflow(inference_network=network, **VARIABLES)
        options = {"epochs": 1, "batch_size": 300, "resimulate": resimulate, **QUIET}
        history = fit_compiled(workflow, simulations, **options)
        assert history["shares"]["share"].tolist() == shares
    # Once, and only the feature that the network reads.
    assert learned == [[1]]


@pytest.mark.usefixtures("uncompiled", "overfitting", "short_likelihood")
def test_no_likelihood_is_learned_of_data_for_a_summary_network():
    workflow, simulations = looks_workflow()
    history = fit_compiled(workflow, simulations, epochs=1, batch_size=40, **QUIET)
    assert history["shares"]["share"].tolist() == [0.0]


@pytest.mark.usefixtures("uncompiled")
def test_trains_without_conditions():
    workflow = bf.BasicWorkflow(
        inference_network=bf_vae.CPVAE(widths=(8,), seed=0), inference_variables=["parameters"]
    )
    simulations = {"parameters": line(200)["parameters"]}
    history = fit_compiled(workflow, simulations, epochs=2, **QUIET)
    assert np.isfinite(history["val_losses"]["Loss"]).all()


def test_the_trainer_is_told_of_the_kl_warm_up():
    # Early stopping waits for its end.
    for steps, warming_up in ((0, False), (1000, True)):
        network = bf_vae.CPVAE(widths=(4,), kl_warmup=steps, seed=0)
        workflow = bf.BasicWorkflow(inference_network=network, **VARIABLES)
        amortizer = ApproximatorAmortizer(approximator_of(workflow))
        amortizer.adapt(line(20))
        assert amortizer.is_warming_up is warming_up


def test_trains_bayesflows_own_networks():
    simulations = bf_vae.simulators.TwoMoons(1).sample(500)
    flow = bf.networks.CouplingFlow(depth=2, subnet_kwargs={"widths": (16,)})
    workflow = bf.BasicWorkflow(inference_network=flow, **VARIABLES)
    history = fit_compiled(workflow, simulations, epochs=5, batch_size=25, **QUIET)
    assert history["val_losses"]["Loss"].iloc[-1] < history["val_losses"]["Loss"].iloc[0]


@pytest.mark.usefixtures("uncompiled")
def test_simulations_are_adapted_once_and_counted_then(monkeypatch):
    configure, adapted = ApproximatorAmortizer.configure, []

    def counted(self, simulations):
        adapted.append(len(simulations["parameters"]))
        return configure(self, simulations)

    monkeypatch.setattr(ApproximatorAmortizer, "configure", counted)
    adapter = bf.Adapter().drop("grid").convert_dtype("float64", "float32")
    adapter.rename("parameters", "inference_variables")
    adapter.rename("observables", "inference_conditions")
    network = bf_vae.CPVAE(widths=(4,))
    workflow = bf.BasicWorkflow(inference_network=network, adapter=adapter)
    simulations = {"grid": np.arange(19.0), **line(100)}
    options = {"epochs": 1, "resimulate": False, **QUIET}
    history = fit_compiled(workflow, simulations, **options)
    # Of the hundred, ninety are trained on, ten at a time.
    assert len(history["train_losses"]) == 9
    fit_compiled(workflow, simulations, validation_sims=line(30, seed=1), **options)
    assert adapted == [100, 100, 30]


def test_bad_input():
    ensemble = bf.EnsembleWorkflow(
        inference_networks=bf_vae.CPVAE(widths=(8,)), ensemble_size=2, **VARIABLES
    )
    with pytest.raises(TypeError, match="one inference network, got EnsembleWorkflow"):
        fit_compiled(ensemble, line(100), **QUIET)
    workflow = bf.BasicWorkflow(inference_network=bf_vae.CPVAE(widths=(8,)), **VARIABLES)
    broken = line(100)
    broken["observables"][3] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        fit_compiled(workflow, broken, **QUIET)
    with pytest.warns(UserWarning, match="1 of 100 simulations .* dropped"):
        fit_compiled(workflow, broken, epochs=1, drop_invalid=True, **QUIET)
    with pytest.raises(TypeError, match="or simulations; got 10"):
        fit_compiled(workflow, line(100), validation_sims=10, **QUIET)
    with pytest.raises(ValueError, match="8 simulations are too few: there must be 20"):
        fit_compiled(workflow, line(8), **QUIET)


@pytest.mark.usefixtures("uncompiled")
def test_simulations_that_were_refused_leave_nothing():
    network = bf_vae.CPVAE(support=([20], [np.inf]), widths=(8,), num_members=1)
    workflow = bf.BasicWorkflow(inference_network=network, standardize=None, **VARIABLES)
    simulations = line(100)
    simulations["parameters"][3] = 10.0
    options = {"epochs": 1, "validation_sims": None, **QUIET}
    with pytest.raises(ValueError, match="1 of 100 parameter vectors lie outside"):
        fit_compiled(workflow, simulations, **options)
    rest = {k: v[4:] for k, v in simulations.items()}
    fit_compiled(workflow, rest, **options)
    residual = network.network.residual.unit
    assert float(network.network.theta_transform.standardizer.fixed) == 1
    assert float(residual[0]) < 0.9
