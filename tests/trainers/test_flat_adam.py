import keras
import numpy as np
import pytest

from bf_vae.trainers.flat_adam import FlatAdam

OPTIONS = {"global_clipnorm": 1.0, "use_ema": True, "ema_momentum": 0.9}


def trained(optimizer_class, steps=20, rate=0.1, constraint=None):
    """Weights and averages after steps with the same gradients, of which one weight has none."""
    schedule = keras.optimizers.schedules.CosineDecay(rate, 2 * steps)
    optimizer = optimizer_class(schedule, **OPTIONS)
    weights = [keras.Variable(np.full(s, 0.5, "float32")) for s in [(3, 2), (2,), (1,)]]
    weights[0].constraint = constraint
    optimizer.build(weights)
    optimizer.build(weights)  # a second training does that
    rng = np.random.default_rng(0)
    for _ in range(steps):
        grads = [rng.normal(0, 2, w.shape).astype("float32") for w in weights[:2]]
        optimizer.apply([*grads, None], weights)
    values = [w.numpy() for w in weights]
    optimizer.finalize_variable_values(weights)
    return optimizer, weights, values


def test_weights_are_those_of_adam():
    (_, _, values), (_, _, expected) = map(trained, (FlatAdam, keras.optimizers.Adam))
    for value, wanted in zip(values, expected, strict=True):
        np.testing.assert_allclose(value, wanted, rtol=1e-5)


def test_averages_where_gradients_are_accumulated():
    options = {"use_ema": True, "gradient_accumulation_steps": 2}
    optimizer, weight = FlatAdam(0.1, **options), keras.Variable([1.0])
    for _ in range(8):
        optimizer.apply([np.ones(1, "float32")], [weight])
    value = weight.numpy()
    optimizer.finalize_variable_values([weight])
    assert value == pytest.approx(0.6, abs=1e-4)
    assert value < weight.numpy() < 0.9


@pytest.mark.parametrize("limit", [0.5, 0.7])
def test_the_momentum_of_the_averages_grows_up_to_its_limit(limit):
    optimizer = FlatAdam(0.1, use_ema=True, ema_momentum=limit)
    weights = [keras.Variable(np.full(s, 1.0, "float32")) for s in [(3, 2), (1,)]]
    grads, averages = [np.ones((3, 2), "float32"), -np.ones(1, "float32")], [0.0, 0.0]
    for t in range(30):
        optimizer.apply(grads, weights)
        values = [weight.numpy() for weight in weights]
        share = 1 - min(limit, t / (t + 10))
        averages = [a + share * (v - a) for a, v in zip(averages, values, strict=True)]
    optimizer.finalize_variable_values(weights)
    for weight, average, value in zip(weights, averages, values, strict=True):
        assert np.abs(weight.numpy() - value).min() > 0.05
        np.testing.assert_allclose(weight.numpy(), average, rtol=1e-5)


def test_constraints_are_heeded_as_by_adam():
    (_, _, values), (_, _, expected) = (
        trained(optimizer, constraint=keras.constraints.MinMaxNorm(0.9, 1.0, axis=0))
        for optimizer in (FlatAdam, keras.optimizers.Adam)
    )
    norms = np.linalg.norm(expected[0], axis=0)
    assert ((norms > 0.89) & (norms < 1.01)).all()
    np.testing.assert_allclose(values[0], expected[0], rtol=1e-5)
    assert not np.allclose(trained(FlatAdam)[2][0], expected[0], atol=1e-2)


def test_weights_set_from_outside_are_those_that_the_next_step_starts_from():
    optimizer, weights, _ = trained(FlatAdam)
    weights[0].assign(np.full((3, 2), 7.0))
    optimizer.apply([np.zeros(w.shape, "float32") for w in weights], weights)
    assert weights[0].numpy() == pytest.approx(7.0, abs=1.0)


def test_restarted_averages_are_the_weights():
    optimizer, weights, _ = trained(FlatAdam)
    weights[1].assign([8.0, 9.0])
    optimizer.restart_averages()
    weights[1].assign([0.0, 0.0])
    optimizer.finalize_variable_values(weights)
    np.testing.assert_array_equal(weights[1].numpy(), [8.0, 9.0])


def test_without_averages_there_is_nothing_to_finalize():
    optimizer, weight = FlatAdam(0.1), keras.Variable([1.0])
    optimizer.apply([np.ones(1, "float32")], [weight])
    value = weight.numpy()
    optimizer.finalize_variable_values([weight])
    optimizer.restart_averages()
    np.testing.assert_array_equal(weight.numpy(), value)
    assert value == pytest.approx(0.9, abs=1e-4)
