"""sbibm's files against the simulators: constants, observations and reference posteriors."""

import struct

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import kstest
from simulator_likelihoods import LOG_LIKELIHOODS

from bf_vae.simulators import SLCPDistractors, get_simulator
from bf_vae.simulators.bernoulli_glm_raw import design_matrix, prior_precision
from bf_vae.simulators.reference import task_files


def stored_tensor(path, shape, dtype):
    """A tensor out of a file of torch.save: in the format before 1.6, size and raw numbers."""
    content = path.read_bytes()
    size = int(np.prod(shape))
    start = content.index(struct.pack("<q", size)) + 8
    return np.frombuffer(content, dtype, size, start).reshape(shape)


def test_design_matrix():
    stored = stored_tensor(task_files("bernoulli_glm") / "design_matrix.pt", (100, 10), "<f4")
    np.testing.assert_array_equal(design_matrix(), stored)


def test_distractor_constants():
    task, files = SLCPDistractors(), task_files("slcp")
    loc = stored_tensor(files / "gmm.torch", (20, 92), "<f8")
    scale_tril = stored_tensor(files / "gmm.torch", (20, 92, 92), "<f8")
    order = stored_tensor(files / "permutation_idx.torch", (100,), "<i8")
    np.testing.assert_allclose(task.locations, loc, rtol=1e-12)
    np.testing.assert_allclose(task.scale_trils, scale_tril, rtol=1e-12)
    np.testing.assert_array_equal(task.permutation, order)


def pit(statistic, simulated, observed):
    """Rank of an observation among simulations, ties broken in the middle."""
    simulated, observed = statistic(simulated), statistic(observed[None])[0]
    return np.mean(simulated < observed) + 0.5 * np.mean(simulated == observed)


def ranks(name, statistic):
    """Rank of each stored observation among simulations at its own true parameters."""
    task = get_simulator(name, 0)
    for index in range(1, 11):
        theta = task.true_parameters(index).astype(float)
        simulated = task.observation_model(np.tile(theta, (1000, 1)))
        yield pit(lambda x, theta=theta: statistic(x, theta), simulated, task.observation(index))


@pytest.mark.parametrize("name", LOG_LIKELIHOODS)
def test_observations_are_plausible(name):
    assert kstest(list(ranks(name, LOG_LIKELIHOODS[name])), "uniform").pvalue > 1e-3


def test_distractor_observations_are_plausible():
    task, slcp = SLCPDistractors(), get_simulator("slcp")
    inverse = np.argsort(task.permutation)

    def distance(x, _theta):
        noise = x[:, inverse][:, None, 8:]
        return np.linalg.norm(noise - task.locations, axis=-1).min(-1)

    assert kstest(list(ranks("slcp_distractors", distance)), "uniform").pvalue > 1e-3
    for index in range(1, 11):
        informative = task.observation(index)[inverse][:8]
        np.testing.assert_array_equal(informative, slcp.observation(index))


def test_glm_observations_are_the_statistics_of_the_raw_ones():
    summary, raw = get_simulator("bernoulli_glm"), get_simulator("bernoulli_glm_raw")
    for index in range(1, 11):
        expected = raw.observation(index) @ design_matrix()
        np.testing.assert_allclose(summary.observation(index), expected, atol=1e-4)


@pytest.mark.parametrize("index", range(1, 11))
def test_gaussian_linear_reference_is_the_exact_posterior(index):
    task = get_simulator("gaussian_linear")
    draws = task.reference_posterior(index).astype(float)
    assert (np.abs(draws.mean(0) - task.observation(index) / 2) < 5 * np.sqrt(0.05 / 1e4)).all()
    np.testing.assert_allclose(np.cov(draws.T), 0.05 * np.eye(10), atol=5 * 0.05 * np.sqrt(2e-4))


@pytest.mark.parametrize("index", range(1, 11))
def test_glm_reference_solves_the_score_equation(index):
    # E[grad log p(theta | x)] = 0 under the posterior: holds only if likelihood and prior both do.
    task, design = get_simulator("bernoulli_glm_raw"), design_matrix()
    theta = task.reference_posterior(index).astype(float)
    residual = task.observation(index) - expit(theta @ design.T)
    score = residual @ design - theta @ prior_precision()
    # 25 kept steps apart the chain is nearly independent; eight standard errors leave room.
    assert (np.abs(score.mean(0)) < 8 * score.std(0) / np.sqrt(len(score))).all()
