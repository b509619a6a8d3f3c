"""Tests beside BayesFlow 1.1.6: ``make bayesflow1``. Elsewhere they are not collected."""

import pytest

from bf_vae import CPVAEAmortizer, UPVAEAmortizer
from bf_vae._bayesflow import bayesflow_major

collect_ignore_glob = [] if bayesflow_major() == 1 else ["*.py"]


@pytest.fixture(params=[CPVAEAmortizer, UPVAEAmortizer])
def amortizer(request):
    return request.param(widths=(16,), kl_warmup=5, seed=1)


@pytest.fixture
def two_moons():
    """BayesFlow 1.x's own benchmark, configured for a posterior."""
    from bayesflow.benchmarks import Benchmark

    return Benchmark("two_moons", mode="posterior", seed=1)


@pytest.fixture
def gaussian_1x(linear_gaussian):
    """`linear_gaussian` as a 1.x generative model: a function with 1.x's keys."""

    def simulate(size):
        sims = linear_gaussian.sample(size)
        return {"prior_draws": sims["parameters"], "sim_data": sims["observables"]}

    return simulate
