"""What holds for every task."""

import numpy as np
import pytest

from bf_vae import simulators
from bf_vae._bayesflow import bayesflow_major
from bf_vae.simulators import TASK_NAMES, BenchmarkSimulator, get_simulator

DIMENSIONS = {
    "gaussian_linear": (10, 10),
    "gaussian_linear_uniform": (10, 10),
    "slcp": (5, 8),
    "slcp_distractors": (5, 100),
    "bernoulli_glm": (10, 10),
    "bernoulli_glm_raw": (10, 100),
    "gaussian_mixture": (2, 2),
    "two_moons": (2, 2),
    "sir": (2, 10),
    "lotka_volterra": (4, 20),
}


@pytest.fixture(params=TASK_NAMES)
def task(request):
    return get_simulator(request.param, rng=1)


def test_all_tasks_are_listed():
    assert set(TASK_NAMES) == set(DIMENSIONS)


def test_dimensions_and_names(task):
    assert (task.num_parameters, task.num_observables) == DIMENSIONS[task.name]
    assert len(set(task.parameter_names)) == task.num_parameters
    assert isinstance(task.parameter_names, list)


@pytest.mark.parametrize(("batch_shape", "shape"), [(7, (7,)), ((7,), (7,)), ((3, 2), (3, 2))])
def test_sample_shapes(task, batch_shape, shape):
    draws = task.sample(batch_shape)
    assert set(draws) == {"parameters", "observables"}
    assert draws["parameters"].shape == (*shape, task.num_parameters)
    assert draws["observables"].shape == (*shape, task.num_observables)
    assert all(array.dtype == np.float32 for array in draws.values())
    assert all(np.isfinite(array).all() for array in draws.values())


def test_call_makes_one_draw_or_a_batch(task):
    assert task()["observables"].shape == (task.num_observables,)
    assert task(4)["observables"].shape == (4, task.num_observables)


def test_seed_repeats_and_rng_goes_on(task):
    first, second = task.sample(20, seed=3), task.sample(20, seed=3)
    for key in first:
        np.testing.assert_array_equal(first[key], second[key])
    assert (task.sample(20)["parameters"] != task.sample(20)["parameters"]).any()
    same = [get_simulator(task.name, rng=8).sample(20)["observables"] for _ in range(2)]
    np.testing.assert_array_equal(*same)


def test_global_random_state_is_left_alone(task):
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    get_simulator(task.name, rng=1).sample(5)
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


def test_blocks_do_not_matter(task, monkeypatch):
    monkeypatch.setattr(simulators.benchmark_simulator, "BLOCK_SIZE", 7)
    draws = task.sample(40)
    assert np.isfinite(draws["observables"]).all()
    assert len(np.unique(draws["parameters"][:, 0])) == 40


def test_prior_in_support(task):
    lower, upper = task.support
    assert lower.shape == upper.shape == (task.num_parameters,)
    draws = task.prior(2000)
    assert (draws >= lower).all()
    assert (draws <= upper).all()


def test_reference_files(task):
    lower, upper = task.support
    for index in range(1, 11):
        assert task.observation(index).shape == (task.num_observables,)
        assert task.true_parameters(index).shape == (task.num_parameters,)
        reference = task.reference_posterior(index)
        assert reference.shape == (10_000, task.num_parameters)
        for values in (reference, task.true_parameters(index)):
            assert (values >= lower).all()
            assert (values <= upper).all()


@pytest.mark.parametrize("index", [0, 11, -1, 1.5, "1"])
def test_unknown_observation(task, index):
    with pytest.raises(ValueError, match="numbered 1 to 10"):
        task.observation(index)


def test_missing_sbibm(task, monkeypatch):
    monkeypatch.setattr(simulators.reference, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match="pip install --no-deps sbibm"):
        task.observation(1)


def test_wrong_parameters(task):
    with pytest.raises(ValueError, match=rf"{task.name} has {task.num_parameters} parameters"):
        task.observation_model(np.ones((3, task.num_parameters + 1)))
    with pytest.raises(ValueError, match="must be finite"):
        task.observation_model(np.full((3, task.num_parameters), np.nan))


def test_parameters_outside_the_support(task):
    lower, upper = task.support
    for bound, sign in ((lower, -1), (upper, 1)):
        if np.isfinite(bound).all():
            with pytest.raises(ValueError, match="must lie between"):
                task.observation_model(bound + sign)


def test_unknown_task():
    with pytest.raises(ValueError, match=r"No task named 'moons'.*two_moons"):
        get_simulator("moons")


@pytest.mark.skipif((bayesflow_major() or 0) < 2, reason="needs BayesFlow 2")
def test_bayesflow_interface(task):
    import bayesflow as bf

    assert issubclass(BenchmarkSimulator, bf.simulators.Simulator)
    draws = task.rejection_sample(
        (30,), predicate=lambda draws: draws["parameters"][:, 0] > 0.1, sample_size=50, seed=5
    )
    assert len(draws["parameters"]) >= 30
    assert (draws["parameters"][:, 0] > 0.1).all()
    assert len(np.unique(draws["parameters"][:, 0])) == len(draws["parameters"])
    assert len(task.sample_batched((20,), sample_size=10)["observables"]) == 20
