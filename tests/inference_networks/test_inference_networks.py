import subprocess
import sys

import keras
import numpy as np
import pytest

import bf_vae
from bf_vae._bayesflow import bayesflow_major
from bf_vae.simulators import TwoMoons

if bayesflow_major() != 2:
    pytest.skip("needs BayesFlow 2", allow_module_level=True)

import bayesflow as bf

NETWORKS = {"cp-vae": bf_vae.CPVAE, "up-vae": bf_vae.UPVAE}
VARIABLES = {"inference_variables": ["parameters"], "inference_conditions": ["observables"]}


@pytest.mark.parametrize("num_conditions", [3, None])
@pytest.mark.parametrize("name", NETWORKS)
def test_build_variable_batch_and_serialization(name, num_conditions):
    network = NETWORKS[name](widths=(8,), seed=2)
    conditions_shape = None if num_conditions is None else (None, num_conditions)
    with pytest.raises(RuntimeError, match="no weights yet"):
        network.sample((2,))
    network.build((None, 2), conditions_shape)
    for batch in (4, 7):
        x = keras.random.normal((batch, 2))
        y = None if num_conditions is None else keras.random.normal((batch, num_conditions))
        metrics = network.compute_metrics(x, y, stage="training")
        assert np.isfinite(float(metrics["loss"]))
        assert sum("loss" in key for key in metrics) == 1
        draws = network.sample((batch,), y, seed=1)
        assert draws.shape == (batch, 2)
        np.testing.assert_array_equal(draws, network.sample((batch,), y, seed=1))
        assert network.log_prob(x, y).shape == (batch,)
    from bayesflow.utils.serialization import deserialize, serialize

    again = deserialize(serialize(network))
    assert again.get_config() == network.get_config()


@pytest.mark.parametrize("name", NETWORKS)
def test_workflow_fits_samples_and_reloads_in_a_fresh_process(name, tmp_path):
    simulator = TwoMoons(1)
    workflow = bf.BasicWorkflow(
        simulator=simulator, inference_network=NETWORKS[name](widths=(8,)), **VARIABLES
    )
    history = workflow.fit_offline(
        simulator.sample(200),
        epochs=2,
        batch_size=50,
        validation_data=simulator.sample(50),
        verbose=0,
    )
    assert np.isfinite(history.history["val_loss"]).all()
    data = {"observables": simulator.observation(1)[np.newaxis]}
    draws = workflow.sample(num_samples=6, conditions=data, seed=1)["parameters"]
    assert draws.shape == (1, 6, 2)
    assert np.shape(workflow.log_prob(simulator.sample(5))) == (5,)
    assert len(workflow.plot_default_diagnostics(test_data=simulator.sample(30))) >= 4
    # BayesFlow 2.1 calls it an estimator.
    estimator = getattr(workflow, "estimator", None) or workflow.approximator
    estimator.save(tmp_path / "workflow.keras")
    code = (
        "import bf_vae, keras, numpy as np, sys;"
        "a = keras.saving.load_model(sys.argv[1] + '/workflow.keras');"
        "y = bf_vae.simulators.TwoMoons().observation(1)[None];"
        "d = a.sample(num_samples=6, conditions={'observables': y}, seed=1)['parameters'];"
        "np.save(sys.argv[1] + '/draws.npy', d)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, capture_output=True)
    np.testing.assert_allclose(draws, np.load(tmp_path / "draws.npy"), rtol=1e-6)
