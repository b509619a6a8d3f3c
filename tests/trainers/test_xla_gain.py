"""Which networks are trained by XLA."""

import keras
import pytest
import tensorflow as tf
from keras import layers

from bf_vae import CPVAEAmortizer, Trainer
from bf_vae.trainers.xla_gain import gains_from_xla
from tests.trainers.conftest import Regression


def amortizer(*first):
    """With a summary network that begins with these layers."""
    summary_net = keras.Sequential([*first, layers.Dense(2), layers.GlobalAveragePooling1D()])
    amortizer = CPVAEAmortizer(widths=(4,), summary_net=summary_net)
    amortizer.build({"parameters": (None, 1), "summary_conditions": (None, 6, 2)})
    return amortizer


class Attention(layers.Layer):
    """Deep inside, as BayesFlow's are."""

    def __init__(self):
        super().__init__()
        self.layers = [layers.MultiHeadAttention(1, 2)]

    def call(self, x):
        return self.layers[0](x, x)


FAST = {
    "dense": layers.Dense(4),
    "recurrent": layers.GRU(4, return_sequences=True),
    "no dropout": layers.Dropout(0.0),
}
SLOW = {
    "dropout": layers.Dropout(0.1),
    "convolution": layers.Conv1D(4, 3),
    "attention": Attention(),
}


@pytest.mark.parametrize("layer", FAST.values(), ids=FAST)
def test_xla_is_for_layers_that_it_makes_faster(layer):
    assert gains_from_xla(amortizer(layer))


@pytest.mark.parametrize("layer", SLOW.values(), ids=SLOW)
def test_layers_that_xla_makes_slower_on_a_cpu_go_without(layer, monkeypatch):
    built = amortizer(layer)
    assert not gains_from_xla(built)
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: [kind])
    assert gains_from_xla(built)


class Dropped(Regression):
    """With a layer of dropout."""

    def __init__(self, rate):
        super().__init__()
        self.dropout = layers.Dropout(rate)


@pytest.mark.parametrize(
    ("rate", "options", "use_autograph", "by_xla"),
    [
        (0.0, {}, True, True),
        (0.0, {}, False, False),
        (0.0, {"jit_compile": False}, True, False),
        (0.1, {}, True, False),
        (0.1, {}, False, False),
        (0.1, {"jit_compile": True}, True, True),
    ],
)
def test_the_trainer_asks_for_xla_where_it_is_faster_or_as_it_is_told(
    rate, options, use_autograph, by_xla, linear_gaussian, monkeypatch
):
    asked, function = [], tf.function

    def without_xla(*args, jit_compile=None, **kwargs):
        asked.append(jit_compile)
        return function(*args, **kwargs)

    monkeypatch.setattr(tf, "function", without_xla)
    trainer = Trainer(Dropped(rate), seed=0, progress_bar=False, **options)
    trainer.train_offline(linear_gaussian.sample(8), 1, 4, use_autograph=use_autograph)
    assert asked == [by_xla]
