"""The simulators against other people's, where those are installed."""

from functools import partial

import numpy as np
import pytest
from scipy.stats import ks_2samp

from bf_vae._bayesflow import bayesflow_major
from bf_vae.simulators import TASK_NAMES, get_simulator

# Name of BayesFlow's class and what makes it equal to sbibm.
BAYESFLOW = {
    "two_moons": ("TwoMoons", {}),
    "gaussian_mixture": ("GaussianMixture", {}),
    "slcp": ("SLCP", {}),
    "gaussian_linear": (
        "GaussianLinear",
        {"prior_scale": np.sqrt(0.1), "obs_scale": np.sqrt(0.1)},
    ),
    "gaussian_linear_uniform": ("GaussianLinearUniform", {"obs_scale": np.sqrt(0.1)}),
    "sir": ("SIR", {"scale_by_total": False}),
    "lotka_volterra": ("LotkaVolterra", {}),
}


def assert_same_distribution(ours, theirs):
    for first, second in zip(ours.T, theirs.T, strict=True):
        assert ks_2samp(first, second).pvalue > 1e-4


@pytest.mark.skipif((bayesflow_major() or 0) < 2, reason="needs BayesFlow 2")
@pytest.mark.parametrize("name", BAYESFLOW)
def test_bayesflow(name):
    from bayesflow.simulators import benchmark_simulators

    class_name, arguments = BAYESFLOW[name]
    theirs = getattr(benchmark_simulators, class_name)(rng=np.random.default_rng(0), **arguments)
    ours = get_simulator(name, 1)
    assert_same_distribution(ours.prior(1000), np.array([theirs.prior() for _ in range(1000)]))
    theta = ours.true_parameters(1)
    assert_same_distribution(
        ours.observation_model(np.tile(theta, (800, 1))),
        np.array([theirs.observation_model(theta.astype(float)) for _ in range(800)]),
    )


@pytest.mark.parametrize("name", TASK_NAMES)
def test_sbibm(name, monkeypatch):
    torch = pytest.importorskip("torch")
    sbibm = pytest.importorskip("sbibm", exc_type=ImportError)
    if name in ("sir", "lotka_volterra"):
        pytest.importorskip("diffeqtorch", reason="sbibm solves ODEs with Julia")
    # sbibm stores whole distributions, which torch 2.6 and later do not load by default.
    monkeypatch.setattr(torch, "load", partial(torch.load, weights_only=False))
    theirs = sbibm.get_task(name)
    theta = theirs.get_true_parameters(1)
    observables = theirs.get_simulator()(theta.repeat(800, 1)).numpy()
    ours = get_simulator(name, 1)
    assert_same_distribution(ours.prior(2000), theirs.get_prior()(2000).numpy())
    assert_same_distribution(ours.observation_model(np.tile(theta, (800, 1))), observables)
