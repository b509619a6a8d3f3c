"""Models with cards."""

import keras
import numpy as np
import pandas as pd
import pytest

from bf_vae import CPVAEAmortizer, CPVAELikelihoodAmortizer, JointVAEAmortizer
from bf_vae.interchange import (
    ModelCard,
    load_model,
    read_card,
    read_observations,
    save_model,
    training_record,
)


@pytest.fixture
def amortizer(linear_gaussian):
    amortizer = CPVAEAmortizer(widths=(4,), support=([-10, -np.inf], [10, 10]), seed=1)
    amortizer.adapt(linear_gaussian.sample(50))
    return amortizer


def test_round_trip(amortizer, tmp_path):
    card = ModelCard.of(
        amortizer,
        description="two parameters",
        parameter_names=["a", "b"],
        training={"simulations": 50, "seconds": 0.1},
    )
    path = tmp_path / "new" / "model.keras"
    save_model(amortizer, path, card)
    assert [file.name for file in path.parent.iterdir()] == ["model.keras"]
    loaded, read = load_model(path)
    assert read == read_card(path) == card
    assert read.support == [[-10, None], [10, 10]]
    assert read.data_shapes == {"summary_conditions": [3]}
    assert read.versions["keras"] == keras.__version__
    data = {"observables": np.ones(3)}
    draws = amortizer.sample(data, 5, seed=1)
    np.testing.assert_array_equal(loaded.sample(data, 5, seed=1), draws)
    # Keras reads the file as any other.
    np.testing.assert_array_equal(keras.saving.load_model(path).sample(data, 5, seed=1), draws)


def test_a_model_without_a_card(amortizer, tmp_path):
    amortizer.save(tmp_path / "model.keras")
    card = read_card(tmp_path / "model.keras")
    assert (card.method, card.num_parameters) == ("CPVAEAmortizer", 2)
    assert card.data_shapes == {"summary_conditions": [3]}
    assert card.support == [[-10, None], [10, 10]]


def test_another_package_s_model(tmp_path):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.save(tmp_path / "model.keras")
    with pytest.raises(ValueError, match="is no saved bf_vae model: it holds a Sequential"):
        read_card(tmp_path / "model.keras")


def test_models_that_are_no_posteriors(amortizer, linear_gaussian, tmp_path):
    likelihood = CPVAELikelihoodAmortizer(widths=(4,))
    joint = JointVAEAmortizer(amortizer, likelihood)
    joint.adapt(linear_gaussian.sample(50))
    for model in (likelihood, joint):
        name = type(model).__name__
        with pytest.raises(TypeError, match=f"Cards are for posteriors.*not for {name}"):
            save_model(model, tmp_path / "model.keras")
        assert not list(tmp_path.glob("*model.keras"))
        model.save(tmp_path / f"{name}.keras")
        with pytest.raises(ValueError, match=f"holds a {name}; here a posterior is needed") as told:
            read_card(tmp_path / f"{name}.keras")
        assert "is no saved bf_vae model" not in str(told.value)


def test_a_failed_save_leaves_the_file_of_before(amortizer, tmp_path, monkeypatch):
    path = tmp_path / "model.keras"
    save_model(amortizer, path)
    before = path.read_bytes()

    def half(self, filepath):
        filepath.write_text("half")
        raise OSError("disk full")

    monkeypatch.setattr(CPVAEAmortizer, "save", half)
    with pytest.raises(OSError, match="disk full"):
        save_model(amortizer, path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_bad_cards(amortizer, tmp_path):
    with pytest.raises(RuntimeError, match="no weights yet"):
        ModelCard.of(CPVAEAmortizer())
    with pytest.raises(ValueError, match="parameter_names needs 2 names, got 1"):
        ModelCard.of(amortizer, parameter_names=["a"])
    with pytest.raises(ValueError, match="observable_names needs 3 names, got 2"):
        ModelCard.of(amortizer, observable_names=["a", "b"])
    with pytest.raises(ValueError, match=r"ends in \.keras"):
        save_model(amortizer, tmp_path / "model.h5")
    # What a later version adds to a card of the same format is no obstacle.
    card = ModelCard.of(amortizer)
    assert ModelCard.from_dict({**card.to_dict(), "later": 1}) == card
    with pytest.raises(ValueError, match="damaged model card"):
        ModelCard.from_dict({"method": "CPVAEAmortizer"})


def test_sets_may_be_of_any_length():
    pooling = keras.Sequential([keras.layers.GlobalAveragePooling1D()])
    amortizer = CPVAEAmortizer(summary_net=pooling, widths=(4,))
    amortizer.adapt({"parameters": np.zeros((6, 2)), "observables": np.ones((6, 5, 2))})
    card = ModelCard.of(amortizer)
    assert card.takes(np.zeros((3, 9, 2)))
    assert not card.takes(np.zeros((3, 5, 1)))
    assert not card.takes(np.zeros((3, 2)))


def test_training_record():
    losses = pd.DataFrame({"Loss": [3.0, 1.0, 2.0]})
    record = training_record({"train_losses": losses, "val_losses": losses}, 100, 1.26, 5)
    assert record == {
        "simulations": 100,
        "seconds": 1.3,
        "seed": 5,
        "epochs": 3,
        "best_epoch": 2,
        "best_validation_loss": 1.0,
    }
    assert training_record(losses, 100, 1)["iterations"] == 3


def test_observations_for_other_models(tmp_path):
    np.savez(tmp_path / "y.npz", np.zeros((4, 6, 1)))
    series = ModelCard("CPVAEAmortizer", 2, {"summary_conditions": [None, 1]})
    assert read_observations(tmp_path / "y.npz", series).shape == (4, 6, 1)
    two = ModelCard("CPVAEAmortizer", 2, {"summary_conditions": [3], "direct_conditions": [1]})
    with pytest.raises(ValueError, match="takes summary_conditions, direct_conditions; files"):
        read_observations(tmp_path / "y.npz", two)
    named = ModelCard("CPVAEAmortizer", 2, {"summary_conditions": [2]}, observable_names=["h", "w"])
    np.savez(tmp_path / "y.npz", observables=[1.0, 2.0], observable_names=["w", "h"])
    assert read_observations(tmp_path / "y.npz", named).tolist() == [[2, 1]]
    np.savez(tmp_path / "y.npz", observables=[1.0, 2.0], observable_names=["w", "x"])
    with pytest.raises(ValueError, match="has no observables h; there are w, x"):
        read_observations(tmp_path / "y.npz", named)
    np.savetxt(tmp_path / "column.csv", np.arange(3.0))
    vector = ModelCard("CPVAEAmortizer", 2, {"summary_conditions": [3]})
    assert read_observations(tmp_path / "column.csv", vector).tolist() == [[0, 1, 2]]
