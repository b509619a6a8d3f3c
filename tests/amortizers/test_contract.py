"""One contract for every model, prior and decoder."""

import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf

from bf_vae import CPVAEAmortizer, Trainer, UPVAEAmortizer

DECODERS = ("diagonal", "full", "truncated", "mixture")
MODELS = [
    *(
        (CPVAEAmortizer, {"prior": p, "decoder": d})
        for p in ("gaussian", "mixture")
        for d in DECODERS
    ),
    *((UPVAEAmortizer, {"data_weight": w, "decoder": d}) for w in (0.0, 1.0) for d in DECODERS),
    (CPVAEAmortizer, {"prior": "autoregressive", "decoder": "truncated"}),
    (CPVAEAmortizer, {"prior": "autoregressive", "decoder": "full", "linear_skip": False}),
    (CPVAEAmortizer, {"preset": "paper"}),
    (UPVAEAmortizer, {"preset": "paper"}),
]
IDS = [f"{cls.__name__}-{'-'.join(str(v) for v in options.values())}" for cls, options in MODELS]
RNG = np.random.default_rng(0)
INPUTS = {
    "parameters": RNG.uniform(-1, 1, (32, 3)).astype("float32"),
    "observables": RNG.normal(size=(32, 4)).astype("float32"),
}


@pytest.fixture(params=MODELS, ids=IDS)
def amortizer(request):
    cls, options = request.param
    amortizer = cls(support=(-1, 1), widths=(8,), num_components=3, seed=1, **options)
    amortizer.adapt(INPUTS)
    return amortizer


def test_contract(amortizer, tmp_path):
    with tf.GradientTape() as tape:
        loss = amortizer.compute_loss(INPUTS, training=True)
    assert loss.shape == ()
    variables = amortizer.trainable_variables
    for variable, gradient in zip(variables, tape.gradient(loss, variables), strict=True):
        assert gradient is not None, variable.path
        assert np.isfinite(gradient.numpy()).all(), variable.path

    (z, bound), summary = amortizer(INPUTS, return_summary=True)
    assert z.shape == (32, amortizer.network.latent_dim)
    assert bound.shape == (32,)
    assert summary is None

    data = {"observables": INPUTS["observables"]}
    draws = amortizer.sample(data, 50, seed=3)
    assert draws.shape == (32, 50, 3)
    assert np.abs(draws).max() <= 1
    np.testing.assert_array_equal(draws, amortizer.sample(data, 50, seed=3))
    assert not np.array_equal(draws, amortizer.sample(data, 50, seed=4))
    assert amortizer.sample({"observables": data["observables"][0]}, 7).shape == (7, 3)
    looped = amortizer.sample_loop([data, {"observables": data["observables"][:1]}], 5)
    assert looped.shape == (33, 5, 3)
    assert amortizer.log_prob(INPUTS, seed=1).shape == (32,)
    np.testing.assert_array_equal(
        amortizer.log_prob(INPUTS, seed=1), amortizer.log_posterior(INPUTS, seed=1)
    )

    amortizer.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert loaded.get_config() == amortizer.get_config()
    np.testing.assert_array_equal(draws, loaded.sample(data, 50, seed=3))


@pytest.mark.parametrize("cls", [CPVAEAmortizer, UPVAEAmortizer])
def test_first_met_in_a_graph(cls):
    """BayesFlow 1.x's trainer builds an amortizer inside a tf.function."""
    amortizer = cls(widths=(8,), seed=1)
    tf.function(lambda: amortizer.compute_loss(INPUTS, training=True))()
    assert np.isfinite(amortizer.compute_loss(INPUTS))


def test_draws_do_not_depend_on_what_was_drawn_before(tmp_path):
    amortizer = CPVAEAmortizer(widths=(64, 64), seed=1)
    amortizer.adapt(INPUTS)
    data = {"observables": INPUTS["observables"]}
    for size, num_draws in ((5, 100), (32, 100), (1, 300)):
        amortizer.sample({"observables": data["observables"][:size]}, num_draws)
    amortizer.save(tmp_path / "model.keras")
    fresh = keras.saving.load_model(tmp_path / "model.keras")
    for size in (2, 9):
        some = {"observables": data["observables"][:size]}
        # To the last bit.
        np.testing.assert_array_equal(
            amortizer.sample(some, 100, seed=3), fresh.sample(some, 100, seed=3)
        )


def test_saved_model_samples_equally_in_a_fresh_process(tmp_path):
    amortizer = CPVAEAmortizer(support=([-1, -1, -1], [1, 1, 2]), widths=(8,))
    amortizer.adapt(INPUTS)
    amortizer.save(tmp_path / "model.keras")
    draws = amortizer.sample({"observables": np.ones(4)}, 4, seed=3)
    code = (
        "import bf_vae, keras, numpy as np, sys;"
        "a = keras.saving.load_model(sys.argv[1] + '/model.keras');"
        "np.save(sys.argv[1] + '/draws.npy', a.sample({'observables': np.ones(4)}, 4, seed=3))"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, capture_output=True)
    np.testing.assert_array_equal(draws, np.load(tmp_path / "draws.npy"))


@pytest.mark.parametrize("key", ["summary_conditions", "direct_conditions", "observables"])
def test_keys_of_both_bayesflows(key):
    amortizer = UPVAEAmortizer(widths=(8,))
    inputs = {"parameters": np.zeros((5, 2)), key: np.arange(10).reshape(5, 2)}
    assert np.isfinite(float(amortizer.compute_loss(inputs)))
    assert amortizer.sample({key: np.zeros((3, 2), int)}, 6).shape == (3, 6, 2)


def test_summary_network_is_trained_and_saved(tmp_path):
    summary_net = keras.Sequential([keras.layers.LSTM(5), keras.layers.Dense(2)])
    amortizer = CPVAEAmortizer(summary_net=summary_net, widths=(8,))
    series = RNG.normal(size=(8, 6, 1)).astype("float32")
    inputs = {
        "parameters": RNG.normal(size=(8, 2)),
        "summary_conditions": series,
        "direct_conditions": np.ones((8, 1)),
    }
    amortizer.adapt(inputs)
    with tf.GradientTape() as tape:
        loss = amortizer.compute_loss(inputs, training=True)
    gradients = tape.gradient(loss, summary_net.trainable_variables)
    assert all(np.abs(g.numpy()).sum() > 0 for g in gradients[:2])
    data = {k: v for k, v in inputs.items() if k != "parameters"}
    amortizer.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(amortizer.sample(data, 3, seed=1), loaded.sample(data, 3, seed=1))


@pytest.mark.parametrize(("preset", "powers"), [("default", True), ("paper", False)])
def test_powers_are_for_data_not_for_summaries(preset, powers):
    summary_net = keras.Sequential([keras.layers.GlobalAveragePooling1D()])
    amortizer = CPVAEAmortizer(summary_net=summary_net, preset=preset, widths=(8,))
    counts = np.exp(3 * RNG.normal(size=(64, 5, 1)))
    amortizer.adapt({"parameters": RNG.normal(size=(64, 2)), "observables": counts})
    assert bool(amortizer.data_summary.transform.power.numpy().any()) is powers
    assert not amortizer.network.y_transform.powers
    again = CPVAEAmortizer.from_config(amortizer.get_config())
    assert again.data_summary.transform.powers is powers


THETA = np.zeros((4, 2))
BAD = [
    ({"parameters": THETA}, ValueError, "No data"),
    ({"observables": THETA}, ValueError, "'parameters' is missing"),
    ({"parameters": THETA, "x": THETA}, ValueError, "Unknown keys"),
    ({"parameters": THETA, "observables": THETA[:3]}, ValueError, "number of rows"),
    ({"parameters": THETA, "observables": np.zeros(4)}, ValueError, "For one feature"),
    ({"parameters": THETA, "observables": np.zeros((4, 3, 1))}, ValueError, "summary_net="),
    ({"parameters": THETA, "observables": [["a"]] * 4}, ValueError, "no array of numbers"),
    (THETA, TypeError, "must be a dictionary"),
]


@pytest.mark.parametrize(("inputs", "error", "message"), BAD)
def test_bad_inputs(inputs, error, message):
    with pytest.raises(error, match=message):
        CPVAEAmortizer(widths=(8,)).compute_loss(inputs)


def test_use_before_build_and_wrong_dimensions(tmp_path):
    amortizer = CPVAEAmortizer(widths=(8,), support=(-1, 1))
    with pytest.raises(RuntimeError, match="no weights yet"):
        amortizer.sample({"observables": np.zeros(4)}, 5)
    with pytest.raises(RuntimeError, match="Nothing to save"):
        amortizer.save(tmp_path / "model.keras")
    amortizer.adapt(INPUTS)
    with pytest.raises(ValueError, match="was built for"):
        amortizer.sample({"observables": np.zeros(5)}, 5)
    with pytest.raises(ValueError, match="NaN or infinity in 1 of 2 rows"):
        amortizer.sample({"observables": np.array([[0, 0, 0, 0], [0, np.nan, 0, 0]])}, 5)
    with pytest.raises(ValueError, match="outside"):
        CPVAEAmortizer(support=(0, 1)).adapt(INPUTS)
    with pytest.raises(ValueError, match="at least 1, got 0"):
        amortizer.sample({"observables": np.zeros(4)}, 0)
    with pytest.raises(ValueError, match="support is a pair"):
        CPVAEAmortizer(support=[(0, 1), (0, 1), (0, 1)])


def test_density_is_zero_outside_of_the_support(amortizer):
    theta = np.array([[1, -1, 0], [1.01, 0, 0], [0, 0, -5]])
    log_prob = amortizer.log_posterior(
        {"parameters": theta, "observables": INPUTS["observables"][:3]}
    )
    assert np.isfinite(log_prob).tolist() == [True, False, False]
    assert (log_prob[1:] == -np.inf).all()


def test_one_set_without_the_batch_axis():
    summary_net = keras.Sequential([keras.layers.GlobalAveragePooling1D()])
    amortizer = CPVAEAmortizer(summary_net=summary_net, widths=(8,))
    sets = RNG.normal(size=(6, 5, 2))
    amortizer.adapt({"parameters": RNG.normal(size=(6, 2)), "observables": sets})
    one = amortizer.sample({"observables": sets[0]}, 7, seed=1)
    np.testing.assert_array_equal(one, amortizer.sample({"observables": sets[:1]}, 7, seed=1))
    assert amortizer.sample({"observables": sets[:, :3]}, 7).shape == (6, 7, 2)
    with pytest.raises(ValueError, match="was built for"):
        amortizer.sample({"observables": sets[np.newaxis]}, 7)


@pytest.mark.parametrize("argument", ["summary_net", "encoder_net", "prior_net"])
def test_layers_of_keras_2_are_refused(argument):
    # They could be called, but would neither be trained nor saved.
    import tf_keras

    with pytest.raises(TypeError, match=r"must be a keras\.Layer of Keras 3, got tf_keras"):
        CPVAEAmortizer(**{argument: tf_keras.layers.Dense(3)}).adapt(INPUTS)


@pytest.fixture(params=["mixed_float16", "float64"])
def global_policy(request):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(request.param)
    yield
    keras.config.set_dtype_policy(before)


def adapted_density(path, **options):
    keras.utils.set_random_seed(1)
    amortizer = CPVAEAmortizer(support=(-9, 9), widths=(8,), seed=1, **options)
    amortizer.adapt(INPUTS)
    assert amortizer.compute_loss(INPUTS, training=True).dtype == tf.float32
    assert amortizer(INPUTS)[1].dtype == tf.float32
    amortizer.save(path)
    return amortizer.log_prob(INPUTS, seed=1)


def test_a_global_policy_changes_nothing(global_policy, tmp_path):
    found = adapted_density(tmp_path / "model.keras")
    keras.config.set_dtype_policy("float32")
    np.testing.assert_array_equal(found, adapted_density(tmp_path / "model.keras"))


@pytest.mark.parametrize("argument", ["summary_net", "encoder_net"])
def test_own_networks_keep_their_precision(global_policy, argument, tmp_path):
    found = adapted_density(tmp_path / "model.keras", **{argument: keras.layers.Dense(3)})
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded.log_prob(INPUTS, seed=1), found, rtol=1e-4)
    history = Trainer(loaded, progress_bar=False, jit_compile=False).train_offline(INPUTS, 1, 4)
    assert np.isfinite(history["Loss"]).all()
