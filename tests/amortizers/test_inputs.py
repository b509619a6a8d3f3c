"""What is read: names, rows and numbers, and the errors where they do not fit."""

import keras
import numpy as np
import pytest

from bf_vae import CPVAEAmortizer, CPVAELikelihoodAmortizer, JointVAEAmortizer

RNG = np.random.default_rng(0)
THETA = RNG.normal(size=(40, 2)).astype("float32")
Y = RNG.normal(size=(40, 3)).astype("float32")
SIMS = {"parameters": THETA, "observables": Y}


@pytest.fixture(scope="module")
def joint():
    keras.utils.set_random_seed(1)
    posterior = CPVAEAmortizer(widths=(8,), seed=1)
    joint = JointVAEAmortizer(posterior, CPVAELikelihoodAmortizer(widths=(8,), seed=1))
    joint.adapt(SIMS)
    return joint


def test_the_marginal_likelihood_draws_three_times_by_three_seeds(joint, monkeypatch):
    seeds = []

    def noted(wrapped):
        def run(*args, seed, **kwargs):
            seeds.append(tuple(np.asarray(seed)))
            return wrapped(*args, seed=seed, **kwargs)

        return run

    for name in ("sample_parameters", "log_likelihood", "log_posterior"):
        monkeypatch.setattr(joint, name, noted(getattr(joint, name)))
    joint.log_marginal_likelihood({"observables": Y[:2]}, lambda t: np.zeros(len(t)), 5, seed=1)
    assert len(set(seeds)) == 3


def test_entries_that_are_none_are_missing(joint):
    inputs = {**SIMS, "direct_conditions": None}
    for density in ("log_posterior", "log_likelihood"):
        found = getattr(joint, density)(inputs, seed=1)
        np.testing.assert_array_equal(found, getattr(joint, density)(SIMS, seed=1))


@pytest.mark.parametrize("key", ["observables", "summary_conditions", "direct_conditions"])
def test_an_amortizer_is_built_by_the_names_of_both_bayesflows(key):
    amortizer = CPVAEAmortizer(widths=(8,))
    amortizer.build({"parameters": (None, 2), key: (None, 3)})
    assert amortizer.sample({key: Y[:4]}, 5).shape == (4, 5, 2)
    with pytest.raises(ValueError, match=r"Unknown keys \['data'\]"):
        CPVAEAmortizer().build({"parameters": (None, 2), "data": (None, 3)})


@pytest.mark.parametrize(("rows_theta", "rows_y"), [(1, 5), (5, 1), (1, 1)])
@pytest.mark.parametrize("density", ["log_posterior", "log_likelihood"])
def test_one_row_goes_with_many(joint, density, rows_theta, rows_y):
    rows = max(rows_theta, rows_y)
    few = {"parameters": THETA[:rows_theta], "observables": Y[:rows_y]}
    repeated = {key: np.resize(value, (rows, value.shape[1])) for key, value in few.items()}
    found = getattr(joint, density)(few, seed=3)
    assert found.shape == (rows,)
    np.testing.assert_array_equal(found, getattr(joint, density)(repeated, seed=3))


def test_one_set_goes_with_many_parameters():
    summary_net = keras.Sequential([keras.layers.GlobalAveragePooling1D()])
    amortizer = CPVAEAmortizer(summary_net=summary_net, widths=(8,), seed=1)
    sets = RNG.normal(size=(40, 6, 2)).astype("float32")
    amortizer.adapt({"parameters": THETA, "observables": sets})
    found = amortizer.log_prob({"parameters": THETA[:5], "observables": sets[:1]}, seed=3)
    repeated = {"parameters": THETA[:5], "observables": np.repeat(sets[:1], 5, axis=0)}
    np.testing.assert_allclose(found, amortizer.log_prob(repeated, seed=3), rtol=1e-5)


@pytest.mark.parametrize("rows", [(2, 5), (5, 2)])
def test_other_rows_must_be_as_many(joint, rows):
    unequal = {"parameters": THETA[: rows[0]], "observables": Y[: rows[1]]}
    for amortizer in (joint.posterior, joint.likelihood):
        with pytest.raises(ValueError, match="same number of rows") as error:
            amortizer.log_prob(unequal)
        assert f"{rows[0]} of 'parameters'" in str(error.value)
        assert f"{rows[1]} of 'observables'" in str(error.value)
    # A training set is never filled up.
    for amortizer in (joint.posterior, joint.likelihood):
        with pytest.raises(ValueError, match="same number of rows"):
            amortizer.compute_loss({"parameters": THETA[:1], "observables": Y})


def test_one_set_and_direct_condition_without_the_batch_axis():
    summary_net = keras.Sequential([keras.layers.GlobalAveragePooling1D()])
    amortizer = CPVAEAmortizer(summary_net=summary_net, widths=(8,), seed=1)
    sets, direct = RNG.normal(size=(40, 5, 2)), RNG.normal(size=(40, 1))
    amortizer.adapt({"parameters": THETA, "observables": sets, "direct_conditions": direct})
    one = amortizer.sample({"observables": sets[0], "direct_conditions": direct[0]}, 7, seed=1)
    batch = {"observables": sets[:1], "direct_conditions": direct[:1]}
    np.testing.assert_array_equal(one, amortizer.sample(batch, 7, seed=1))
    with pytest.raises(ValueError, match="got 1 of 'direct_conditions', 2 of 'observables'"):
        amortizer.sample({"observables": sets[:2], "direct_conditions": direct[:1]}, 7)


@pytest.mark.parametrize("columns", [1, 2, 7])
def test_a_likelihood_says_what_it_was_built_for(joint, columns):
    built = r"was built for \{'parameters': \[None, 2\], 'observables': \[None, 3\]\}"
    y = np.zeros((4, columns))
    for name in ("log_likelihood", "compute_loss"):
        with pytest.raises(ValueError, match=rf"'observables' has shape \(4, {columns}\).*{built}"):
            getattr(joint.likelihood, name)({"parameters": THETA[:4], "observables": y})
    theta = np.zeros((4, 5))
    with pytest.raises(ValueError, match=rf"'parameters' has shape \(4, 5\).*{built}"):
        joint.likelihood.sample({"conditions": theta}, 3)


NAN_THETA, NAN_Y = THETA[:4].copy(), Y[:4].copy()
NAN_THETA[1, 0], NAN_Y[:2, 0] = np.nan, np.inf


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"parameters": NAN_THETA, "observables": Y[:4]}, "The parameters hold NaN .* 1 of 4"),
        ({"parameters": THETA[:4], "observables": NAN_Y}, "The data hold NaN .* 2 of 4"),
    ],
)
def test_nan_has_no_density(joint, inputs, message):
    for density in (joint.log_posterior, joint.log_likelihood):
        with pytest.raises(ValueError, match=message):
            density(inputs)


@pytest.mark.parametrize(
    ("method", "inputs", "message"),
    [
        ("sample", {"conditions": NAN_THETA}, "The parameters hold NaN or infinity in 1 of 4"),
        ("sample", {"observables": Y}, r"'parameters' is missing; got \['observables'\]"),
        ("compute_loss", {"parameters": THETA}, r"'observables' is missing; got \['parameters'\]"),
        ("compute_loss", {"parameters": THETA, "observables": Y[:, 0]}, "^'observables' .*needs"),
        ("sample", {"parameters": [["a"]]}, "'parameters' is no array of numbers"),
    ],
)
def test_a_likelihood_names_what_is_wrong(joint, method, inputs, message):
    arguments = (3,) if method == "sample" else ()
    with pytest.raises(ValueError, match=message):
        getattr(joint.likelihood, method)(inputs, *arguments)


def test_a_likelihood_is_of_data_vectors():
    with pytest.raises(ValueError, match=r"one data vector: 'observables' needs .*\(40, 3, 1\)"):
        CPVAELikelihoodAmortizer().adapt({"parameters": THETA, "observables": Y[..., np.newaxis]})


def test_a_likelihood_without_weights_has_no_density():
    with pytest.raises(RuntimeError, match="no weights yet"):
        CPVAELikelihoodAmortizer(widths=(8,)).log_likelihood(SIMS)


@pytest.mark.parametrize("typo", ["sed", "n_importance"])
def test_unknown_arguments_are_refused(joint, typo):
    parts = ((joint.posterior, {"observables": Y}), (joint.likelihood, {"parameters": THETA}))
    for amortizer, conditions in parts:
        with pytest.raises(TypeError, match=typo):
            amortizer.sample(conditions, 3, **{typo: 1})
        with pytest.raises(TypeError, match=typo):
            amortizer.log_prob(SIMS, **{typo: 1})
        with pytest.raises(TypeError, match=typo):
            amortizer.compute_loss(SIMS, **{typo: 1})
    with pytest.raises(TypeError, match=typo):
        joint.posterior.sample_loop([{"observables": Y}], 3, **{typo: 1})


def test_counts_and_seeds_are_whole_numbers(joint):
    for amortizer, conditions in (
        (joint.posterior, {"observables": Y[:2]}),
        (joint.likelihood, {"parameters": THETA[:2]}),
    ):
        with pytest.raises(
            TypeError, match=r"n_samples must be a whole number \(an int\), got 2.7"
        ):
            amortizer.sample(conditions, 2.7)
        assert amortizer.sample(conditions, np.int64(2)).shape[:2] == (2, 2)
        with pytest.raises(TypeError, match=r"seed must be a whole number \(an int\), got 1.5"):
            amortizer.sample(conditions, 2, seed=1.5)
        with pytest.raises(TypeError, match="num_importance must be a whole number"):
            amortizer.log_prob(SIMS, num_importance=2.5)
    with pytest.raises(ValueError, match="at most 63 bits"):
        joint.sample_parameters({"observables": Y[:2]}, 2, seed=2**70)


@pytest.mark.parametrize("name", ["latent_dim", "num_members", "num_components", "seed"])
def test_arguments_are_whole_numbers(name, tmp_path):
    amortizer = CPVAEAmortizer(**{name: np.int64(2)}, widths=(np.int32(8),))
    amortizer.adapt(SIMS)
    amortizer.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert loaded.get_config()[name] == 2
    with pytest.raises(TypeError, match=f"{name} must be a whole number"):
        CPVAEAmortizer(**{name: 2.5})
    with pytest.raises(TypeError, match="widths must be a whole number"):
        CPVAEAmortizer(widths=(8, 8.5))
    with pytest.raises(TypeError, match="kl_warmup must be a whole number"):
        CPVAEAmortizer(kl_warmup=0.5)
    with pytest.raises(ValueError, match="support is a pair"):
        CPVAEAmortizer(support=3)


@pytest.mark.parametrize("shape", [(20, 1), (20, 2), ()])
def test_a_log_prior_gives_one_number_for_each_vector(joint, shape):
    with pytest.raises(ValueError, match=r"log_prior must give .*shape \(20,\), got \("):
        joint.log_marginal_likelihood({"observables": Y[:2]}, lambda theta: np.zeros(shape), 10)


def test_a_joint_amortizer_in_a_loop_of_one_s_own(joint, tmp_path):
    new = JointVAEAmortizer(CPVAEAmortizer(widths=(8,)), CPVAELikelihoodAmortizer(widths=(8,)))
    new.compute_loss(SIMS, training=True)
    # Its parts may also have been trained before, or alone afterwards.
    parts = CPVAEAmortizer(widths=(8,)), CPVAELikelihoodAmortizer(widths=(8,))
    later = JointVAEAmortizer(*parts)
    for part in parts:
        assert not later.built
        part.compute_loss(SIMS)
    for amortizer in (new, later, JointVAEAmortizer(joint.posterior, joint.likelihood)):
        amortizer.save(tmp_path / "joint.keras")
        loaded = keras.saving.load_model(tmp_path / "joint.keras")
        np.testing.assert_allclose(
            loaded.log_posterior(SIMS, seed=1), amortizer.log_posterior(SIMS, seed=1), rtol=1e-4
        )
    for method in (new.compute_loss, new.log_prob):
        with pytest.raises(TypeError, match="must be a dictionary of arrays, got ndarray"):
            method(THETA)
