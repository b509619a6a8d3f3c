"""From the data of an input dictionary to the conditions of the inference network."""

import tensorflow as tf

from ..networks.data_transform import DataTransform
from ..networks.float32_layer import Float32Layer
from ..networks.serialization import check_layer


class DataSummary(Float32Layer):
    """Standardized data through the summary network, joined with the direct conditions.

    Parameters
    ----------
    summary_net : keras.Layer or None
        From (batch, ..., features) to (batch, summaries). None passes the data on as they are.
    power_transform : bool
        Whether features of the summary network's data may be bent; see `DataTransform`.
    """

    def __init__(self, summary_net, power_transform, **kwargs):
        super().__init__(**kwargs)
        check_layer(summary_net, "summary_net")
        self.summary_net = summary_net
        self.transform = None if summary_net is None else DataTransform(power_transform)

    def build(self, shapes: dict):
        """Create the weights for the data of these shapes, by 1.x key.

        Raises
        ------
        ValueError
            If the data need a summary network, or its output is not two-dimensional.
        """
        self.num_conditions = 0
        if "summary_conditions" in shapes:
            self.num_conditions += self._num_summaries(shapes["summary_conditions"])
        if "direct_conditions" in shapes:
            self.num_conditions += shapes["direct_conditions"][-1]
        self.built = True

    def _num_summaries(self, shape) -> int:
        if self.summary_net is None:
            if len(shape) != 2:
                raise ValueError(
                    f"Data of shape {shape} needs a summary network: pass summary_net=, a Keras "
                    "layer from (batch, ..., features) to (batch, summaries)."
                )
            return shape[-1]
        self.transform.build(shape)
        summary = self.summary_net(tf.zeros((1, *(1 if s is None else s for s in shape[1:]))))
        if summary.shape.rank != 2:
            raise ValueError(
                "The summary network must give shape (batch, summaries), "
                f"got {tuple(summary.shape)} for data of shape {shape}."
            )
        return summary.shape[-1]

    def adapt(self, inputs: dict) -> None:
        """Fix the standardization of what the summary network sees from all simulations."""
        if "summary_conditions" in inputs:
            self.transform.adapt(inputs["summary_conditions"])

    def call(self, inputs, training=False):
        """Summary network's output (or None), and all conditions (batch, m)."""
        data, summary = inputs.get("summary_conditions"), None
        if self.summary_net is not None and data is not None:
            if training:
                self.transform.update(data)
            # The user's network may compute in another precision.
            summary = self.summary_net(self.transform(data), training=training)
            data = summary = tf.cast(summary, tf.float32)
        conditions = [c for c in (data, inputs.get("direct_conditions")) if c is not None]
        return summary, tf.concat(conditions, axis=-1)
