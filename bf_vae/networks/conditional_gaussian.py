"""The building block of both models: a network that ends in a Gaussian head."""

from functools import partial

import keras
import tensorflow as tf

from ..distributions import Head
from .float32_layer import Float32Layer
from .member_dense import MemberDense

# A small start: zero mean and unit scale up to a tenth, yet no two units equal.
small_start = partial(keras.initializers.VarianceScaling, 0.01)


def _copy_first(num_copied):
    """Initializer of a kernel that passes the first features on, and nothing else."""

    def start(shape, dtype=None):
        kept = tf.cast(tf.range(shape[0]) < num_copied, dtype)
        return tf.eye(*shape, dtype=dtype) * kept[:, tf.newaxis]

    return start


class ConditionalGaussian(Float32Layer):
    """Distribution of one variable given others: subnet, linear projection, Gaussian head.

    Parameters
    ----------
    head : Head
        Reads the distribution from the projection's output.
    subnet : keras.Layer
        Maps the concatenated conditions, shape (members, batch, features), to (members, batch,
        anything).
    num_members : int, optional, default: 1
    linear_skip : bool, optional, default: False
        Whether the location is also linear in the conditions, past the subnet. What is linear is
        then learned in a few steps and extrapolates; the subnet learns the rest.
    num_copied : int, optional, default: 0
        So many dimensions start with the first conditions as their locations, by the skip.
    """

    def __init__(
        self,
        head: Head,
        subnet,
        num_members=1,
        linear_skip=False,
        num_copied=0,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.head, self.subnet, self.num_members = head, subnet, num_members
        self.projection = MemberDense(head.param_size, num_members, make_initializer=small_start)
        self.skip = None
        if linear_skip:
            self.skip = MemberDense(
                head.event_size,
                num_members,
                use_bias=False,
                make_initializer=lambda: _copy_first(num_copied),
            )

    def build(self, num_features: int):
        shape = (self.num_members, None, num_features)
        self.subnet.build(shape)
        self.projection.build(self.subnet.compute_output_shape(shape))
        if self.skip is not None:
            self.skip.build(shape)
        self.built = True

    def distribution(self, *conditions: tf.Tensor, training: bool = False, origin=0.0, unit=1.0):
        """Distribution given ``conditions``, each of shape (members, batch, features).

        ``origin`` of shape (members, batch, event_size) is added to the variable that the network
        describes, after ``unit`` of shape (event_size,) has multiplied it.

        Returns
        -------
        tfp.distributions.Distribution
            Batch shape (members, batch), event shape (event_size,).
        """
        features = tf.concat(conditions, axis=-1)
        raw = self.projection(self.subnet(features, training=training))
        skip = tf.zeros(self.head.event_size) if self.skip is None else self.skip(features)
        return self.head(raw, origin + unit * skip, unit)
