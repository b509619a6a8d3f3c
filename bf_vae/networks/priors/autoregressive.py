"""Autoregressive conditional prior ``p(z | y) = prod_i p(z_i | z_1, ..., z_{i-1}, y)``.

Each factor is a mixture of Gaussians in one dimension: modes and curves that a mixture of few
diagonal Gaussians has to patch together. Densities take one pass, draws one for each dimension.

Germain et al. (2015). MADE: masked autoencoder for distribution estimation.
"""

import keras
import numpy as np
import tensorflow as tf

from ..conditional_gaussian import small_start
from ..float32_layer import Float32Layer
from ..member_dense import MemberDense
from ..members import for_draws
from .autoregressive_mixture import AutoregressiveMixture
from .narrow_components import narrow_components

# Hidden units that join the data's features with the latent dimensions before; more where each
# dimension but the last would not have one of its own.
UNITS = 64


class AutoregressivePrior(Float32Layer):
    """Each latent dimension a mixture of Gaussians, given the data and the dimensions before it.

    Parameters
    ----------
    latent_dim : int
    num_components : int
        Of each dimension's mixture.
    subnet : keras.Layer
        From the data to features, once for all dimensions.
    num_members : int, optional, default: 1
    linear_skip : bool, optional, default: False
        Whether locations are also linear in the data and in the dimensions before.
    """

    def __init__(
        self,
        latent_dim: int,
        num_components: int,
        subnet,
        num_members=1,
        linear_skip=False,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.latent_dim, self.num_members, self.subnet = latent_dim, num_members, subnet
        self.num_components = num_components
        # Locations apart and around zero: components that start equal stay equal.
        spread = np.linspace(-1, 1, num_components, dtype="float32")
        start = np.zeros((3, num_components, latent_dim), "float32")
        start[1] = (spread - spread.mean())[:, np.newaxis]
        self._start = start.ravel()
        dimension = np.arange(latent_dim)
        self._num_units = max(UNITS, latent_dim - 1)
        # Hidden unit j sees the dimensions up to last_seen[j]; dimension i sees units below i,
        # which come first.
        last_seen = np.sort(np.arange(self._num_units) % max(1, latent_dim - 1))
        self._num_visible = np.searchsorted(last_seen, dimension)
        numbers = 3 * num_components  # of one mixture: logits, locations, scales
        outputs = numbers * latent_dim
        allowed = np.tile(last_seen[:, None] < dimension, numbers)

        def dense(units, **options):
            return MemberDense(units, num_members, **options)

        self.hidden_y = dense(self._num_units)
        seen = dimension[:, None] <= last_seen
        self.hidden_z = dense(self._num_units, use_bias=False, mask=seen)
        self.output_y = dense(outputs, make_initializer=small_start)
        self.output_z = dense(outputs, use_bias=False, make_initializer=small_start, mask=allowed)
        self.skip_y = self.skip_z = None
        if linear_skip:
            linear = {"use_bias": False, "make_initializer": keras.initializers.Zeros}
            self.skip_y = dense(latent_dim, **linear)
            self.skip_z = dense(latent_dim, mask=dimension[:, None] < dimension, **linear)

    def build(self, num_features: int):
        data, latent = ((self.num_members, None, n) for n in (num_features, self.latent_dim))
        self.subnet.build(data)
        features = self.subnet.compute_output_shape(data)
        self.hidden_y.build(features)
        self.output_y.build(features)
        self.hidden_z.build(latent)
        self.output_z.build((*latent[:-1], self._num_units))
        if self.skip_y is not None:
            self.skip_y.build(data)
            self.skip_z.build(latent)
        self.built = True

    def start_narrow(self, dimensions, scale: float) -> None:
        """See `narrow_components`."""
        start = self._start.reshape(3, self.num_components, self.latent_dim)[1]
        narrow_components(self.output_y.bias, start, dimensions, scale)

    def distribution(self, y: tf.Tensor, training: bool = False) -> AutoregressiveMixture:
        """Distribution given data of shape (members, batch, features).

        Returns
        -------
        AutoregressiveMixture
            Batch shape (members, batch), event shape (latent_dim,).
        """
        features = self.subnet(y, training=training)
        hidden, output = self.hidden_y(features), self.output_y(features) + self._start
        linear = None if self.skip_y is None else self.skip_y(y)

        def raw_mixtures(z, dimensions, num_draws):
            visible = slice(self._num_visible[dimensions].max())
            raw = for_draws(hidden[..., visible], num_draws) + self.hidden_z(z, units=visible)
            raw = self.output_z(keras.activations.silu(raw), units=dimensions)
            raw += for_draws(output[..., dimensions], num_draws)
            shift = tf.zeros((1, 1, 1))
            if linear is not None:
                shift = for_draws(linear[..., dimensions], num_draws)
                shift += self.skip_z(z, units=dimensions)
            # The dimension is the last axis, so that a slice of dimensions is one of outputs.
            shape = (self.num_members, tf.shape(raw)[1], 3, self.num_components, -1)
            return tf.reshape(raw, shape), shift

        return AutoregressiveMixture(raw_mixtures, tf.shape(y)[:-1], self.latent_dim)
