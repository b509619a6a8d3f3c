"""BayesFlow 1.x's and 2's simulators, and any function."""

import keras
import numpy as np
import pytest

from bf_vae import CPVAEAmortizer
from bf_vae._bayesflow import bayesflow_major
from bf_vae.trainers.configurator import default_configurator

pytestmark = pytest.mark.usefixtures("uncompiled")

needs_bayesflow_2 = pytest.mark.skipif(
    (bayesflow_major() or 0) < 2, reason="needs BayesFlow 2's simulators"
)


class GenerativeModel:
    """What BayesFlow 1.x's class of this name gives."""

    def __init__(self, context=None):
        self.context = context

    def __call__(self, batch_size, prior_args=None, sim_args=None):
        rng = np.random.default_rng(batch_size)
        draws = rng.normal(size=(batch_size, 2))
        noise = (sim_args or {}).get("noise", 0.1)
        return {
            "prior_non_batchable_context": None,
            "prior_batchable_context": None,
            "prior_draws": draws,
            "sim_non_batchable_context": None,
            "sim_batchable_context": None if self.context is None else draws[:, : self.context],
            "sim_data": draws + noise * rng.normal(size=draws.shape),
        }


@pytest.mark.parametrize(("context", "num_conditions"), [(None, 2), (1, 3)])
def test_a_1x_generative_model(make_trainer, context, num_conditions):
    trainer = make_trainer(GenerativeModel(context), memory=True)
    assert len(trainer.train_online(1, 2, 8)) == 2
    history = trainer.train_rounds(
        1, 16, 1, 8, validation_sims=8, model_args={"sim_args": {"noise": 3.0}}
    )
    assert len(history["val_losses"]) == 1
    inputs = trainer.simulation_memory.get_memory()
    data = {k: v for k, v in inputs.items() if k != "parameters"}
    assert trainer.amortizer.summarize(data).shape == (32, num_conditions)
    noise = (inputs["summary_conditions"][:, :2] - inputs["parameters"]).std(axis=1)
    assert noise[:16].max() < 0.5 < noise[16:].max()
    assert trainer.amortizer.sample(data, 3, seed=0).shape == (32, 3, 2)


def test_contexts_go_where_bayesflow_1x_puts_them(simulations_with_contexts):
    sims = simulations_with_contexts
    configured = default_configurator(sims)
    assert set(configured) == {"parameters", "summary_conditions", "direct_conditions"}
    np.testing.assert_array_equal(configured["summary_conditions"][0], [1, 1, 1, 2, 3, 4])
    np.testing.assert_array_equal(configured["direct_conditions"][0], [5, 6])
    sets = {**sims, "sim_data": np.ones((4, 7, 3))}
    for message, wrong in {
        "sim_data of shape .4, 7, 3., prior_batchable_context of shape .4, 1.": sets,
        "Non-batchable context of shape .. is no vector for each of the 4": {
            **sims, "prior_non_batchable_context": None, "sim_non_batchable_context": 7,
        },
        "need 'sim_data' beside them": {**sims, "sim_data": None},
    }.items():  # fmt: skip
        with pytest.raises(ValueError, match=message):
            default_configurator(wrong)


@pytest.fixture
def sets_of_any_size():
    rng = np.random.default_rng(0)

    def simulate(size):
        theta = rng.normal(size=(size, 2))
        looks = theta[:, np.newaxis] + rng.normal(size=(size, sizes.pop(0), 2))
        return {"parameters": theta, "observables": looks}

    sizes = [3, 5, 4]
    return simulate


SETS = {
    "online": lambda trainer: trainer.train_online(3, 2, 8),
    "memory": lambda trainer: trainer.train_online(3, 2, 8),
    "replay": lambda trainer: trainer.train_experience_replay(3, 2, 8),
    "rounds": lambda trainer: trainer.train_rounds(2, 8, 1, 8),
}


@pytest.mark.parametrize("name", SETS)
def test_sets_of_another_size_in_each_draw(name, sets_of_any_size, make_trainer):
    net = keras.Sequential([keras.layers.Dense(4), keras.layers.GlobalAveragePooling1D()])
    amortizer = CPVAEAmortizer(summary_net=net, widths=(8,))
    trainer = make_trainer(sets_of_any_size, amortizer, skip_checks=True, memory=name == "memory")
    if name == "online":
        assert len(SETS[name](trainer)) == 6
        return
    with pytest.raises(ValueError, match=r"'observables': \(., 2\)} per .* cannot be kept"):
        SETS[name](trainer)


@needs_bayesflow_2
def test_a_bayesflow_2_simulator(make_trainer):
    import bayesflow as bf

    rng = np.random.default_rng(0)

    def prior():
        return {"parameters": rng.normal(size=2)}

    def likelihood(parameters):
        return {"observables": rng.normal(parameters, 0.1)}

    simulator = bf.make_simulator([prior, likelihood])
    assert not callable(simulator)
    trainer = make_trainer(simulator, memory=True)
    assert len(trainer.train_online(2, 2, 8)) == 4
    assert len(trainer.train_experience_replay(1, 2, 8, validation_sims=8)["val_losses"]) == 1
    # No seed may reach functions that draw one simulation: all would be the same.
    drawn = trainer.simulation_memory.get_memory()["parameters"]
    assert len(np.unique(drawn[:, 0])) == len(drawn)
    assert trainer.mmd_hypothesis_test(
        simulator.sample(8), num_reference_simulations=16, num_null_samples=4
    )[0].shape == (4,)


@needs_bayesflow_2
def test_a_seeded_bayesflow_2_simulator(make_trainer):
    from bf_vae.simulators import TwoMoons

    memories = []
    for rng in (1, 2):
        trainer = make_trainer(TwoMoons(rng=rng), memory=True)
        trainer.train_online(1, 2, 8)
        memories.append(trainer.simulation_memory.get_memory()["parameters"])
    np.testing.assert_array_equal(*memories)


def test_no_generative_model(make_trainer):
    with pytest.raises(TypeError, match="function from a batch size"):
        make_trainer(3)
    with pytest.raises(TypeError, match="dictionary of arrays, got NoneType"):
        make_trainer(lambda size: None)
    with pytest.raises(ValueError, match="no generative model"):
        make_trainer().train_online(1, 1, 4)
    with pytest.raises(ValueError, match="no generative model"):
        make_trainer().mmd_hypothesis_test({"observables": np.ones((3, 2))})


def test_the_wrong_number_of_simulations(make_trainer, linear_gaussian):
    trainer = make_trainer(lambda size: linear_gaussian.sample(size // 2), skip_checks=True)
    with pytest.raises(ValueError, match="need 16 rows, got"):
        trainer.train_online(1, 2, 8)


def test_what_does_not_fit_is_told_at_once(linear_gaussian, make_trainer):
    with pytest.raises(ValueError, match="Unknown keys"):
        make_trainer(lambda size: {"theta": np.ones((size, 2)), "x": np.ones((size, 2))})
    make_trainer(lambda size: {"theta": np.ones((size, 2))}, skip_checks=True)
