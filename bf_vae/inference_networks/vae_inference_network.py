"""BayesFlow 2's interface of an inference network, written once for both networks."""

import inspect
import warnings

import numpy as np
import tensorflow as tf
from bayesflow.networks import InferenceNetwork

from ..amortizers.inputs import MEND_OBSERVATIONS, check_finite
from ..networks import PosteriorVAE
from ..networks.serialization import SubnetArguments
from ..networks.standardizer import Standardizer

UNITS = (
    "A network's support= is in the units that reach it, and a workflow standardizes parameters "
    "unless told otherwise: BasicWorkflow(..., standardize=None), and no standardize() of them in "
    "the adapter; the network standardizes itself."
)


class VAEInferenceNetwork(SubnetArguments, InferenceNetwork):
    """Base of `CPVAE` and `UPVAE`; they document the arguments."""

    network_class: type[PosteriorVAE]

    def __init__(self, seed=None, name=None, **network_options):
        own_seed = {"seed": seed} if "seed" in _base_arguments() else {}
        super().__init__(name=name, **own_seed)
        self.network = self.network_class(seed=seed, **network_options)

    def build(self, xz_shape, conditions_shape=None):
        """Create the weights for parameters (..., d) and conditions (..., m); None means m = 0."""
        if self.built:
            return
        num_conditions = 0 if conditions_shape is None else conditions_shape[-1]
        self.network.build((None, xz_shape[-1]), (None, num_conditions))
        # Parameter vectors in training that lay outside of the support: BayesFlow trains in a
        # graph, which cannot raise an error for them.
        self.num_outside = self.add_weight(
            name="num_outside", shape=(), initializer="zeros", trainable=False
        )
        # Tells whether the parameters came standardized, for which a support is in the wrong units.
        self.seen = Standardizer()
        self.seen.build(xz_shape)
        self._num_parameters, self._num_conditions = xz_shape[-1], num_conditions
        self.built = True

    def get_build_config(self):
        if not self.built:
            return None
        return {
            "xz_shape": [None, self._num_parameters],
            "conditions_shape": [None, self._num_conditions],
        }

    def build_from_config(self, config):
        self.build(**config)

    def compute_metrics(
        self, x, conditions=None, sample_weight=None, stage="training", seed=None, **kwargs
    ):
        """Loss and its parts of x (batch, d), conditions (batch, m): see the network's own."""
        if not self.built:
            self.build(x.shape, None if conditions is None else conditions.shape)
        theta, y = _rows(x), _rows(x[..., :0] if conditions is None else conditions)
        if stage == "training":
            outside = tf.cast(~self.network.theta_transform.contains(theta), tf.float32)
            self.num_outside.assign_add(tf.reduce_sum(outside))
            if self.is_bounded:
                self.seen.update(theta)
        return self.network.compute_metrics(theta, y, sample_weight, stage == "training", seed)

    def sample(self, batch_shape, conditions=None, seed=None, **kwargs):
        """One draw of the posterior for each row of ``conditions``.

        Parameters
        ----------
        batch_shape : int or tuple of int
        conditions : tf.Tensor of shape (*batch_shape, m), optional
        seed : int or keras.random.SeedGenerator, optional

        Returns
        -------
        tf.Tensor of shape (*batch_shape, d)

        Raises
        ------
        RuntimeError
            If the network has no weights yet.
        ValueError
            If it was trained on parameters outside of its support, or with another number of
            conditions, or for NaN or infinity.
        """
        self._check_training()
        shape = (batch_shape,) if isinstance(batch_shape, int) else tuple(batch_shape)
        if conditions is None:
            conditions = tf.zeros((*shape, 0))
        theta = self.network.sample(self._checked(conditions), 1, seed)
        return tf.reshape(theta, (*shape, self._num_parameters))

    def log_prob(self, samples, conditions=None, num_importance=128, seed=None, **kwargs):
        """Importance-weighted estimate of the log posterior density, see `PosteriorVAE.log_prob`.

        Returns
        -------
        tf.Tensor of shape (*batch_shape,)
            For samples (*batch_shape, d) and conditions (*batch_shape, m).

        Raises
        ------
        RuntimeError, ValueError
            As `sample`, and for samples of another number of parameters.
        """
        self._check_training()
        if samples.shape[-1] != self._num_parameters:
            raise ValueError(
                f"This network was trained with {self._num_parameters} parameters, got "
                f"{samples.shape[-1]}."
            )
        y = self._checked(samples[..., :0] if conditions is None else conditions)
        log_prob = self.network.log_prob(_rows(samples), y, num_importance, seed)
        return tf.reshape(log_prob, tf.shape(samples)[:-1])

    def _checked(self, conditions):
        """Conditions like those trained with, shape (n, m)."""
        if conditions.shape[-1] != self._num_conditions:
            raise ValueError(
                f"This network was trained with {self._num_conditions} conditions, got "
                f"{conditions.shape[-1]}: give all that it was trained with, each of shape "
                "(datasets, ...), also for one data set."
            )
        conditions = _rows(conditions)
        if tf.executing_eagerly():
            check_finite({"conditions": conditions}, MEND_OBSERVATIONS)
        return conditions

    @property
    def is_warming_up(self) -> bool:
        """Whether the weight of the KL term is still below 1."""
        return not self.network.kl_warmup.is_over

    def _check_training(self):
        if not self.built:
            raise RuntimeError("This network has no weights yet: fit it or load a saved one.")
        if not tf.executing_eagerly():
            return
        if count := int(self.num_outside.numpy()):
            raise ValueError(
                f"Parameter vectors in training lay outside the support, {count} times over all "
                "epochs. Widen the support or drop them, and train a new network: this one has "
                f"learned from them. {UNITS}"
            )
        if self.is_bounded and self._seem_standardized:
            warnings.warn(
                "In training all parameters had mean 0 and standard deviation 1. Unless these are "
                f"the simulator's own units, draws may lie outside of the support. {UNITS}",
                stacklevel=3,
            )

    @property
    def is_bounded(self) -> bool:
        """Whether the support has a finite bound."""
        return self.network.theta_transform.support.is_bounded

    @property
    def _seem_standardized(self) -> bool:
        mean, spread, count = (
            v.numpy() for v in (self.seen.mean, self.seen.spread, self.seen.count)
        )
        return bool(count and np.abs([mean, spread - 1]).max() < 0.1)

    def get_config(self):
        return {"name": self.name, **self.network.arguments()}


def _base_arguments():
    """Arguments of BayesFlow's base class, which took up ``seed`` in 2.1."""
    return inspect.signature(InferenceNetwork.__init__).parameters


def _rows(x):
    """Shape (..., k) to (n, k), float32."""
    return tf.reshape(tf.cast(x, tf.float32), (-1, x.shape[-1]))
