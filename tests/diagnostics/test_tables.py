"""Posterior predictive checks, distances over observations, and use of the latent."""

import numpy as np
import pytest

from bf_vae import CPVAEAmortizer, UPVAEAmortizer
from bf_vae import diagnostics as dx

RNG = np.random.default_rng(0)


def test_posterior_predictive_finds_the_feature_that_the_model_cannot_explain():
    predictions = RNG.normal([0, 5, 10], size=(2000, 3))
    table = dx.posterior_predictive(predictions, [0.0, 5.7, 14.5], names=["a", "b", "c"])
    assert table.loc["a", "p_value"] > 0.9
    assert table.loc["b", "p_value"] == pytest.approx(0.484, abs=0.06)
    assert 0 < table.loc["c", "p_value"] < 0.002
    np.testing.assert_allclose(table["median"], [0, 5, 10], atol=0.1)
    np.testing.assert_allclose(table["upper_95"] - table["lower_95"], 2 * 1.96, atol=0.25)
    np.testing.assert_allclose(table["upper_50"] - table["lower_50"], 2 * 0.674, atol=0.15)
    # Exactly at the median of a discrete prediction.
    constant = dx.posterior_predictive(np.ones((10, 1)), [1])
    assert constant.loc["y_1", "p_value"] == 1
    with pytest.raises(ValueError, match="3 and 2 dimensions"):
        dx.posterior_predictive(predictions, [0, 1])
    with pytest.raises(ValueError, match="One observation is checked at a time, got 4"):
        dx.posterior_predictive(predictions, np.zeros((4, 3)))
    with pytest.raises(ValueError, match="observation holds NaN or infinity in 1 of 1 rows"):
        dx.posterior_predictive(predictions, [0, np.nan, 0])
    with pytest.raises(ValueError, match="1 names were given for 3 features"):
        dx.posterior_predictive(predictions, [0, 1, 2], names=["a"])
    one_level = dx.posterior_predictive(predictions, [0, 5, 9], levels=0.9)
    assert one_level.columns.tolist() == ["observed", "median", "lower_90", "upper_90", "p_value"]


def test_distance_table():
    reference = RNG.normal(size=(300, 2))
    near, far = RNG.normal(size=(300, 2)), RNG.normal(size=(300, 2)) + 5
    table = dx.distance_table([near, far], [reference, reference], names=["near", "far"])
    assert table.index.tolist() == ["near", "far", "mean"]
    assert abs(table.loc["near", "C2ST"] - 0.5) < 0.1 < 0.4 < table.loc["far", "C2ST"] - 0.5
    assert table.loc["near", "MMD"] < 0.1 < table.loc["far", "MMD"]
    assert table.loc["mean", "C2ST"] == pytest.approx(table["C2ST"].iloc[:2].mean())
    with pytest.raises(ValueError, match="got 1, 2 and 1"):
        dx.distance_table([near], [reference, reference])


OPTIONS = {"widths": (8,), "latent_dim": 3, "num_members": 2, "linear_skip": True, "seed": 1}


@pytest.mark.parametrize(
    "make",
    [
        lambda: CPVAEAmortizer(prior="gaussian", **OPTIONS),
        lambda: CPVAEAmortizer(prior="mixture", num_components=1, **OPTIONS),
        lambda: CPVAEAmortizer(prior="autoregressive", **OPTIONS),
        lambda: UPVAEAmortizer(**OPTIONS),
    ],
)
def test_latent_dimensions_sum_to_the_kl_term(make, linear_gaussian):
    amortizer, simulations = make(), linear_gaussian.sample(200)
    amortizer.adapt(simulations)
    # As after a training: at the start no dimension of an autoregressive prior depends on others.
    rng = np.random.default_rng(0)
    for weight in amortizer.network.prior.trainable_weights:
        weight.assign_add(0.3 * rng.normal(size=weight.shape))
    table = dx.latent_use(amortizer, simulations, num_draws=64)
    assert table[["member", "dimension"]].to_numpy().tolist() == [
        [member, dimension] for member in (1, 2) for dimension in (1, 2, 3)
    ]
    # Many draws of z for each simulation: the loss' KL term is an average over them.
    repeated = {k: np.repeat(v, 30, axis=0) for k, v in simulations.items()}
    kl = float(amortizer.compute_losses(repeated, seed=1)["kl"])
    assert table["kl"].sum() / 2 == pytest.approx(kl, rel=0.03)


def test_used_and_unused_dimensions(linear_gaussian):
    # The encoder starts with theta's two dimensions as two latents; the third has no task.
    amortizer = UPVAEAmortizer(**{**OPTIONS, "num_members": 1})
    simulations = linear_gaussian.sample(100)
    amortizer.adapt(simulations)
    assert dx.latent_use(amortizer, simulations)["used"].tolist() == [True, True, False]
    with pytest.raises(ValueError, match="'parameters' is missing"):
        dx.latent_use(amortizer, {"observables": np.zeros((3, 3))})
