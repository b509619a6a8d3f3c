import keras
import numpy as np
import pytest

import bf_vae
from bf_vae._bayesflow import bayesflow_major

if bayesflow_major() != 2:
    pytest.skip("needs BayesFlow 2", allow_module_level=True)

NETWORKS = {"cp-vae": bf_vae.CPVAE, "up-vae": bf_vae.UPVAE}


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
    num = num_conditions or 0
    with pytest.raises(ValueError, match=f"trained with {num} conditions, got {num + 1}"):
        network.sample((2,), np.zeros((2, num + 1)))
    with pytest.raises(ValueError, match=f"trained with {num} conditions, got {num + 1}"):
        network.log_prob(np.zeros((2, 2)), np.zeros((2, num + 1)))
    with pytest.raises(ValueError, match="trained with 2 parameters, got 1"):
        network.log_prob(np.zeros((2, 1)), np.zeros((2, num)))
    if num:
        with pytest.raises(ValueError, match="The conditions hold NaN or infinity"):
            network.log_prob(np.zeros((2, 2)), np.full((2, num), np.nan))
    from bayesflow.utils.serialization import deserialize, serialize

    again = deserialize(serialize(network))
    assert again.get_config() == network.get_config()
