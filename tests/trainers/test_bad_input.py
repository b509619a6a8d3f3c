"""Bad input is told in plain words, before training."""

import pickle

import keras
import numpy as np
import pandas as pd
import pytest

from bf_vae import CPVAEAmortizer
from bf_vae.trainers.compiled_epoch import CompiledEpoch

pytestmark = pytest.mark.usefixtures("uncompiled")


@pytest.fixture
def good(linear_gaussian):
    return linear_gaussian.sample(10)


def test_invalid_simulations(make_trainer, linear_gaussian):
    simulations = linear_gaussian.sample(64)
    simulations["observables"][:3, 0] = np.nan
    simulations["parameters"][3] = np.inf
    with pytest.raises(ValueError, match="4 of 64 simulations hold NaN or infinity"):
        make_trainer().train_offline(simulations, 1, 16)
    with pytest.warns(UserWarning, match="4 of 64 simulations .* dropped"):
        assert len(make_trainer().train_offline(simulations, 1, 16, drop_invalid=True)) == 3
    nothing = {k: np.full_like(v, np.nan) for k, v in simulations.items()}
    with pytest.raises(ValueError, match="none are left"):
        make_trainer().train_offline(nothing, 1, 16, drop_invalid=True)


def test_invalid_validation_simulations(make_trainer, linear_gaussian, good):
    validation = linear_gaussian.sample(20)
    validation["observables"][:2] = np.nan
    with pytest.raises(ValueError, match="2 of 20 validation simulations hold NaN"):
        make_trainer().train_offline(good, 1, 5, validation_sims=validation)
    with pytest.warns(UserWarning, match="2 of 20 validation simulations .* dropped"):
        history = make_trainer().train_offline(
            good, 1, 5, validation_sims=validation, drop_invalid=True
        )
    assert np.isfinite(history["val_losses"]["Loss"]).all()
    trainer, wide = make_trainer(), {**good, "observables": np.ones((10, 4))}
    with pytest.raises(ValueError, match=r"shape \(10, 4\), but this amortizer was built for"):
        trainer.train_offline(good, 1, 5, validation_sims=wide)
    assert not trainer.loss_history.train  # told before the first epoch


@pytest.mark.parametrize("method", ["train_online", "train_experience_replay"])
def test_invalid_new_simulations(method, make_trainer, linear_gaussian):
    def model(size):
        drawn = linear_gaussian.sample(size)
        drawn["observables"][:5] = np.inf
        return drawn

    train = getattr(make_trainer(model, skip_checks=True), method)
    with pytest.raises(ValueError, match="5 of 32 simulations hold NaN or infinity"):
        train(1, 4, 8)
    # Others are drawn in place of those dropped: 6, of which 5 are invalid again, and so on.
    with pytest.warns(UserWarning, match="5 of 32 simulations .* dropped"):
        assert len(train(1, 4, 8, drop_invalid=True)) == 4


def test_dropped_rows_do_not_change_the_number_of_rows(make_trainer, linear_gaussian, monkeypatch):
    rng, shapes, train = np.random.default_rng(0), [], CompiledEpoch.train

    def noted(self, data, order):
        shapes.append((len(data["parameters"]), order.shape))
        assert np.isfinite(data["observables"]).all()
        return train(self, data, order)

    def model(size):
        drawn = linear_gaussian.sample(size)
        drawn["observables"][rng.random(size) > share] = np.nan
        return drawn

    monkeypatch.setattr(CompiledEpoch, "train", noted)
    share = 0.5
    with pytest.warns(UserWarning, match="are dropped"):
        make_trainer(model, skip_checks=True).train_online(5, 4, 8, drop_invalid=True)
    assert shapes == [(32, (4, 8))] * 5
    share = 0.02
    with (
        pytest.warns(UserWarning, match="are dropped"),
        pytest.raises(ValueError, match=r"Only \d+ of \d+ simulations are valid, too few"),
    ):
        make_trainer(model, skip_checks=True).train_online(1, 40, 8, drop_invalid=True)


def test_dropped_rows_of_a_round_are_drawn_again(make_plain_trainer, linear_gaussian):
    def model(size):
        drawn = linear_gaussian.sample(size)
        drawn["observables"][1:2] = np.nan  # a single draw is valid
        return drawn

    trainer = make_plain_trainer(model, skip_checks=True)
    with pytest.warns(UserWarning, match="are dropped"):
        history = trainer.train_rounds(2, 20, 1, 20, drop_invalid=True)
    assert len(history) == 1 + 2


def test_values_that_float32_cannot_hold(make_trainer, good):
    good = {k: v.astype("float64") for k, v in good.items()}
    good["observables"][0] = 1e300
    with pytest.raises(ValueError, match="1 of 10 simulations hold NaN or infinity"):
        make_trainer().train_offline(good, 1, 5)


BAD = {
    "missing parameters": (lambda g: {"observables": g["observables"]}, "'parameters' is missing"),
    "no data": (lambda g: {"parameters": g["parameters"]}, "No data: give 'observables'"),
    "unknown key": (lambda g: {**g, "extra": g["parameters"]}, "Unknown keys .'extra'"),
    "rows": (lambda g: {**g, "parameters": g["parameters"][:9]}, "same number of rows, got"),
    "one axis": (lambda g: {**g, "parameters": g["parameters"][:, 0]}, r"give shape \(batch, 1\)"),
    "text": (lambda g: {**g, "observables": np.full((10, 1), "a")}, "is no array of numbers"),
    "scalar": (lambda g: {**g, "n": 10}, "'n' is a single number"),
    "three axes": (lambda g: {**g, "observables": np.ones((10, 3, 3))}, "needs a summary network"),
}


@pytest.mark.parametrize("name", BAD)
def test_wrong_keys_and_shapes(name, make_trainer, good):
    change, message = BAD[name]
    with pytest.raises(ValueError, match=message):
        make_trainer().train_offline(change(good), 1, 5)


def test_other_dimensions_than_trained_with(make_trainer, good):
    trainer = make_trainer()
    trainer.train_offline(good, 1, 5)
    with pytest.raises(ValueError, match="built for"):
        trainer.train_offline({**good, "parameters": np.ones((10, 3))}, 1, 5)


def test_no_dictionary(make_trainer, good):
    with pytest.raises(TypeError, match="dictionary of arrays, got ndarray"):
        make_trainer().train_offline(np.ones((10, 2)), 1, 5)
    with pytest.raises(TypeError, match="dictionary of simulations or a number"):
        make_trainer().train_offline(good, 1, 5, validation_sims="some")


def test_outside_the_support(make_trainer, good):
    trainer = make_trainer(amortizer=CPVAEAmortizer(support=(-0.01, 0.01), widths=(16,)))
    with pytest.raises(ValueError, match="outside the declared support"):
        trainer.train_offline(good, 1, 5)


def test_counts(make_trainer, good, linear_gaussian):
    offline = make_trainer().train_offline
    with pytest.raises(ValueError, match="10 simulations are fewer than one batch of 16"):
        offline(good, 1, 16)
    for epochs in (0, -1, 2.5):
        with pytest.raises(ValueError, match=f"epochs must be a whole number .* got {epochs}"):
            offline(good, epochs, 5)
    with pytest.raises(ValueError, match="batch_size must be a whole number"):
        offline(good, 1, 0)
    with pytest.raises(ValueError, match=r"lies in \(0, 1\), got 1.5"):
        offline(good, 1, 5, validation_sims=1.5)

    trainer = make_trainer(linear_gaussian.sample, skip_checks=True)
    with pytest.raises(ValueError, match="iterations_per_epoch must be a whole number"):
        trainer.train_online(1, 0, 5)
    with pytest.raises(ValueError, match="buffer_capacity must be a whole number"):
        trainer.train_experience_replay(1, 1, 5, buffer_capacity=0)
    with pytest.raises(ValueError, match="rounds must be a whole number"):
        trainer.train_rounds(0, 10, 1, 5)
    with pytest.raises(ValueError, match="4 simulations are fewer than one batch of 5"):
        trainer.train_rounds(1, 4, 1, 5)
    with pytest.raises(ValueError, match="validation_sims must be a whole number"):
        trainer.train_online(1, 1, 5, validation_sims=0)
    with pytest.raises(TypeError, match="for train_offline also a share"):
        trainer.train_rounds(1, 10, 1, 5, validation_sims=0.1)


def test_options(make_trainer, good):
    trainer = make_trainer()
    with pytest.raises(ValueError, match="Early stopping needs validation_sims"):
        trainer.train_offline(good, 1, 5, early_stopping=True)
    assert not trainer.amortizer.is_adapted
    for method, message in {
        "train_offline": r"^train_offline\(\) got an unexpected .* 'drop_bad'.*drop_invalid",
        "train_with_likelihood": r"^train_with_likelihood\(\) got .*'drop_bad'",
    }.items():
        with pytest.raises(TypeError, match=message):
            getattr(make_trainer(), method)(good, 1, 5, drop_bad=True)
    for wrong, error, message in (
        ({"patience": 0}, ValueError, "patience counts epochs"),
        ({"patienc": 3}, TypeError, "unexpected keyword argument 'patienc'"),
    ):
        trainer = make_trainer()
        with pytest.raises(error, match=message):
            trainer.train_offline(
                good, 1, 5, validation_sims=0.2, early_stopping=True, early_stopping_args=wrong
            )
        assert not trainer.amortizer.is_adapted


@pytest.mark.parametrize("method", ["train_offline", "train_with_likelihood"])
def test_too_few_simulations_fix_nothing(method, make_trainer, good):
    trainer = make_trainer()
    with pytest.raises(ValueError, match="8 simulations are fewer than one batch of 50"):
        getattr(trainer, method)(good, 1, 50, validation_sims=0.2)
    assert not trainer.amortizer.is_adapted
    alone = {k: v[:1] for k, v in good.items()}
    with pytest.raises(ValueError, match="1 of 1 simulations held out, none are left"):
        getattr(trainer, method)(alone, 1, 1, validation_sims=0.2)


def test_settings_of_the_trainer(make_trainer):
    with pytest.raises(TypeError, match="seed must be a whole number"):
        make_trainer(seed=1.7)
    with pytest.raises(ValueError, match="seed must be at least 0"):
        make_trainer(seed=-1)
    with pytest.raises(ValueError, match="default_lr must be above 0"):
        make_trainer(default_lr=0.0)
    with pytest.raises(ValueError, match="capacity must be a whole number of at least 1"):
        make_trainer(memory=-5)
    assert make_trainer(memory=500).simulation_memory.capacity == 500


def test_presimulated_files(make_trainer, linear_gaussian, tmp_path):
    def train(content, **options):
        (tmp_path / "1.pkl").write_bytes(pickle.dumps(content))
        return make_trainer().train_from_presimulation(tmp_path, **options)

    with pytest.raises(FileNotFoundError, match="No presimulated files"):
        make_trainer().train_from_presimulation(tmp_path)
    batches = [linear_gaussian.sample(n) for n in (8, 8, 4)]
    with pytest.raises(ValueError, match=r"All batches of a file need the same size, got \[4, 8\]"):
        train(batches)
    for content in ([], [1, 2], {}):
        with pytest.raises(ValueError, match="must hold a list or dictionary of simulated batches"):
            train(content)
    with pytest.raises(ValueError, match="max_epochs must be a whole number"):
        train(batches[:2], max_epochs=0)
    assert len(train({"a": batches[0], "b": batches[1]}, max_epochs=2)) == 4


def test_a_loss_that_is_not_finite(make_trainer, good):
    with pytest.raises(FloatingPointError, match="Lower the learning rate"):
        make_trainer().train_offline(good, 20, 5, optimizer=keras.optimizers.SGD(1e30))


def test_integers_constant_columns_and_one_dimension(make_trainer):
    rng = np.random.default_rng(0)
    simulations = {
        "parameters": rng.normal(size=(64, 1)),
        "observables": np.stack([rng.integers(0, 9, 64), np.full(64, 7)], axis=1),
    }
    trainer = make_trainer()
    assert np.isfinite(trainer.train_offline(simulations, 2, 16)["Loss"]).all()
    draws = trainer.amortizer.sample({"observables": np.array([3, 7])}, 10)
    assert draws.shape == (10, 1)
    assert np.isfinite(draws).all()


def test_one_dimensional_observations(make_trainer):
    rng = np.random.default_rng(0)
    theta = rng.normal(size=(64, 2))
    trainer = make_trainer()
    with pytest.raises(ValueError, match=r"For one feature give shape \(batch, 1\)"):
        trainer.train_offline({"parameters": theta, "observables": theta[:, 0]}, 1, 16)
    history = make_trainer().train_offline(
        {"parameters": theta, "observables": theta[:, :1]}, 1, 16
    )
    assert np.isfinite(history["Loss"]).all()


def test_tables_are_arrays_too(make_trainer, good):
    tables = {k: pd.DataFrame(v) for k, v in good.items()}
    history = make_trainer().train_offline(tables, 1, 5)
    np.testing.assert_array_equal(history, make_trainer().train_offline(good, 1, 5))


def test_optimizers(make_trainer, good):
    import tf_keras

    assert len(make_trainer().train_offline(good, 1, 5, optimizer="adam")) == 2
    with pytest.raises(TypeError, match=r"must be one of keras\.optimizers"):
        make_trainer().train_offline(good, 1, 5, optimizer=tf_keras.optimizers.Adam())


def test_models_that_are_not_built_yet(make_trainer, good):
    class Regression(keras.Model):
        def __init__(self):
            super().__init__()
            self.layer = keras.layers.Dense(2)

        def compute_loss(self, inputs, training=False):
            return keras.ops.mean((self.layer(inputs["observables"]) - inputs["parameters"]) ** 2)

    history = make_trainer(amortizer=Regression(), default_lr=0.1).train_offline(good, 50, 5)
    assert history["Loss"].iloc[-1] < 0.5 * history["Loss"].iloc[0]
