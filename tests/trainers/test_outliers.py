"""Data that spoil a training without being wrong are told."""

import numpy as np
import pytest

from bf_vae import CPVAEAmortizer

pytestmark = pytest.mark.usefixtures("uncompiled")


@pytest.mark.parametrize("row", [0, 1499])
def test_one_simulation_far_from_all_others_is_told(row, make_trainer, linear_gaussian):
    simulations = linear_gaussian.sample(1500)
    simulations["observables"][row, 2] = 50.0
    told = rf"feature 2 it is that of simulation {row} \(counted from 0, .* dropped\), 3"
    with pytest.warns(UserWarning, match=told):
        make_trainer().train_offline(simulations, 1, 128, validation_sims=0.1)


def test_ordinary_data_have_no_outliers(make_trainer, linear_gaussian, recwarn):
    rng = np.random.default_rng(0)
    simulations = linear_gaussian.sample(1500)
    tails = np.exp(3 * rng.normal(size=(1500, 1))), rng.standard_t(4, size=(1500, 1))
    constant, rare = np.full((1500, 1), 3.0), np.arange(1500)[:, np.newaxis] == 7
    data = np.concatenate([simulations["observables"], *tails, constant, rare], axis=1)
    make_trainer().train_offline({**simulations, "observables": data}, 1, 128)
    few = {k: v[:20] for k, v in simulations.items()}
    make_trainer().train_offline(few, 1, 10)
    assert not [w for w in recwarn if "One number" in str(w.message)]


@pytest.mark.parametrize("support", [None, (0, np.inf)])
def test_parameters_with_heavy_tails_are_told(support, make_trainer, recwarn):
    theta = np.exp(3 * np.random.default_rng(0).normal(size=(2000, 1)))
    simulations = {"parameters": theta, "observables": np.log(theta)}
    amortizer = CPVAEAmortizer(support=support, widths=(4,), num_members=1)
    make_trainer(amortizer=amortizer).train_offline(simulations, 1, 1000)
    told = [w for w in recwarn if "1 parameter(s), the first with index 0" in str(w.message)]
    # The logarithm, of parameters that are known to be positive, brings them back.
    assert len(told) == (support is None)


@pytest.mark.usefixtures("short_likelihood")
def test_an_outlier_is_told_once(make_trainer, linear_gaussian, recwarn):
    simulations = linear_gaussian.sample(60)
    simulations["observables"][7, 2] = 500.0
    make_trainer().train_with_likelihood(simulations, 1, 20, shares=[0.5])
    assert len([w for w in recwarn if "One number" in str(w.message)]) == 1


@pytest.mark.parametrize(
    ("offset", "spread", "told"),
    [(1e3, 8e-4, True), (1e3, 1.0, False), (0.3, 1e-16, False), (7.3, 0.0, False)],
)
def test_data_too_far_from_zero_for_single_precision_are_told(
    offset, spread, told, make_trainer, recwarn
):
    theta = np.random.default_rng(0).normal(size=(300, 2))
    simulations = {"parameters": theta, "observables": offset + spread * theta}
    make_trainer().train_offline(simulations, 1, 100)
    warned = [w for w in recwarn if "of their mean" in str(w.message)]
    assert bool(warned) == told
