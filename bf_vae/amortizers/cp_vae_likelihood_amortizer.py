"""A learned likelihood ``p(y | theta)``: CP-VAE with the roles of parameters and data exchanged."""

import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp

from ..networks.data_transform import DataTransform
from ..networks.seeding import stateless_seed
from ..networks.serialization import SubnetArguments, serializable
from .amortizer import Amortizer
from .cp_vae_amortizer import CPVAEAmortizer
from .inputs import MEND_SIMULATIONS, PARAMETERS_KEY, check_finite, exchange, read_inputs

# A network that simulates must know the data's distribution better than a posterior's: deeper.
# Noise has one mode more often than a posterior has, and with a richer prior the network overfits.
DEFAULTS = {
    "prior": "gaussian",
    "decoder": "full",
    "screen_features": False,
    "widths": (128, 128, 128),
    "num_members": 1,
}
CELL_POINTS = 32  # for the probability of a count


@serializable
class CPVAELikelihoodAmortizer(SubnetArguments, Amortizer):
    """Amortized likelihood of one data vector, a simulator that is learned from simulations.

    Inputs are dictionaries with ``parameters`` (in BayesFlow 1.x's terms ``conditions``), shape
    (batch, d), and ``observables``, shape (batch, m). Both are standardized inside, the data after
    a root or a logarithm where that makes them more Gaussian; see `DataTransform`.

    Parameters
    ----------
    counts : bool, optional, default: False
        Whether the data are whole numbers. Uniform noise on [0, 1) is then added in training
        (dequantization), draws are rounded down, and the log-likelihood is that of the number.
        Draws are not kept to the range of the simulations: some of binary data may be 2.
    name : str, optional
    **network_options
        Arguments of `ConditionalPriorVAE`, all but ``support``, read with data and parameters
        exchanged. Defaults that differ: a Gaussian prior, a decoder with full covariance, all
        parameters read, three hidden layers of 128, one member.

    Raises
    ------
    TypeError
        For ``support`` or ``summary_net``, or an unknown option.

    Examples
    --------
    >>> likelihood = CPVAELikelihoodAmortizer()
    >>> history = Trainer(likelihood).train_offline(simulator.sample(10_000), 100, 128)
    >>> y = likelihood.sample({"parameters": theta}, n_samples=100)

    References
    ----------
    Radev et al. (2023). JANA: Jointly amortized neural approximation of complex Bayesian models.
    Theis et al. (2016). A note on the evaluation of generative models, section 3.1.
    """

    def __init__(self, counts=False, name=None, **network_options):
        super().__init__(name=name)
        if unfit := {"support", "summary_net"} & set(network_options):
            raise TypeError(f"A likelihood of one data vector takes no {unfit.pop()}=.")
        self.counts = bool(counts)
        self.data_transform = DataTransform()
        self.exchanged = CPVAEAmortizer(**{**DEFAULTS, **network_options})

    # --- construction -----------------------------------------------------------------------

    def build(self, input_shape):
        """Create the weights for a dictionary of input shapes, as in a first call."""
        shapes = exchange(input_shape)
        self.data_transform.build(shapes[PARAMETERS_KEY])
        self.exchanged.build(
            {PARAMETERS_KEY: shapes[PARAMETERS_KEY], "summary_conditions": shapes["observables"]}
        )
        self.built = True

    def get_build_config(self):
        config = self.exchanged.get_build_config()
        return config and {"input_shape": exchange(config["input_shape"])}

    def adapt(self, input_dict) -> None:
        """Fix the standardization from all simulations; see `CPVAEAmortizer.adapt`."""
        inputs = exchange(self.check_simulations(input_dict))
        inputs = self._continuous(inputs, dequantize=True, seed=0)
        self.data_transform.adapt(inputs[PARAMETERS_KEY].numpy())
        self.exchanged.adapt(self._transform(inputs))

    def check_simulations(self, input_dict) -> dict:
        """Raise the errors of `adapt`; returns the inputs as tensors.

        With ``counts`` also a ValueError for data that are not whole numbers.
        """
        inputs = exchange(self._read(input_dict))
        check_finite(inputs, MEND_SIMULATIONS)
        if self.counts and np.any(inputs["observables"] != np.floor(inputs["observables"])):
            raise ValueError("With counts=True the data are whole numbers; some are not.")
        return inputs

    @property
    def is_adapted(self) -> bool:
        """Whether the standardization has seen simulations."""
        return self.exchanged.is_adapted

    @property
    def is_warming_up(self) -> bool:
        """Whether the weight of the KL term is still below 1."""
        return self.exchanged.is_warming_up

    # --- training ---------------------------------------------------------------------------

    def call(self, input_dict, training=False, seed=None):
        """Latent draws of the encoder and the bound of log p(y | theta); see `CPVAEAmortizer`."""
        inputs = self._transform(self._continuous(self._read(input_dict)))
        return self.exchanged(inputs, training=training, seed=seed)

    def compute_losses(self, input_dict, training=False, seed=None) -> dict:
        """The negative lower bound of log p(y | theta) and its parts, in the unit of y.

        See `PosteriorVAE.compute_metrics`.
        """
        inputs = self._continuous(self._read(input_dict), dequantize=training, seed=seed)
        y = inputs[PARAMETERS_KEY]
        if training:
            self.data_transform.update(y)
        losses = self.exchanged.compute_losses(self._transform(inputs), training, seed)
        shift = tf.reduce_mean(self.data_transform.log_det(y))
        return {k: v - shift if k in ("loss", "reconstruction") else v for k, v in losses.items()}

    # --- inference --------------------------------------------------------------------------

    def sample(self, input_dict, n_samples, to_numpy=True, seed=None, **kwargs):
        """Simulate data for each parameter vector.

        Parameters
        ----------
        input_dict : dict
            ``parameters`` only: (batch, d), or (d,) for one vector.
        n_samples : int
        to_numpy : bool, optional, default: True
        seed : int, optional

        Returns
        -------
        np.ndarray or tf.Tensor of shape (batch, n_samples, m); (n_samples, m) for one vector

        Raises
        ------
        RuntimeError, ValueError
            As `CPVAEAmortizer.sample`.
        """
        inputs = exchange(input_dict)
        y = self.exchanged.sample(inputs, n_samples, to_numpy=False, seed=seed)
        y = self.data_transform.inverse(y)
        y = tf.floor(y) if self.counts else y
        return y.numpy() if to_numpy else y

    def log_likelihood(self, input_dict, to_numpy=True, num_importance=128, seed=None, **kwargs):
        """Importance-weighted estimate of log p(y | theta), shape (batch,), in the unit of y.

        ``-inf`` for data that cannot be: below zero where all simulations' are not and a root or
        logarithm is taken, or not whole where they are counts. A count's probability is the mean
        density of up to 32 points of its cell, among which the draws are shared out.
        """
        inputs = self._read(input_dict)
        y = inputs[PARAMETERS_KEY]
        can_be = self.data_transform.contains(y + 0.5 if self.counts else y)
        num_points = 1
        if self.counts:
            can_be &= tf.reduce_all(y == tf.floor(y), axis=-1)
            num_points = max(1, min(CELL_POINTS, num_importance))
            seed = stateless_seed(seed, self.exchanged.network.seed_generator)
            points_seed, seed = tfp.random.split_seed(seed)
            inputs = self._cell_points(inputs, num_points, points_seed)
        log_prob = self.exchanged.log_prob(
            self._transform(inputs), to_numpy=False, num_importance=num_importance // num_points,
            seed=seed,
        )  # fmt: skip
        log_prob += self.data_transform.log_det(inputs[PARAMETERS_KEY])
        log_prob = tf.reshape(log_prob, (-1, num_points))
        log_prob = tfp.math.reduce_logmeanexp(log_prob, axis=1)
        log_prob = tf.where(can_be, log_prob, -np.inf)
        return log_prob.numpy() if to_numpy else log_prob

    def log_prob(self, input_dict, to_numpy=True, **kwargs):
        """The same as `log_likelihood`."""
        return self.log_likelihood(input_dict, to_numpy, **kwargs)

    # --- shared -----------------------------------------------------------------------------

    def _read(self, input_dict):
        """Inputs of the exchanged amortizer, the data not yet transformed."""
        inputs = read_inputs(exchange(input_dict), need_parameters=True)
        if not self.built:
            self.build(exchange({k: v.shape for k, v in inputs.items()}))
        return inputs

    def _continuous(self, inputs, dequantize=False, seed=None):
        """Counts by a point of their cell: the middle, or a random one to dequantize."""
        if not self.counts:
            return inputs
        y, noise = inputs[PARAMETERS_KEY], 0.5
        if dequantize:
            seed = stateless_seed(seed, self.exchanged.network.seed_generator)
            noise = tf.random.stateless_uniform(tf.shape(y), seed)
        return {**inputs, PARAMETERS_KEY: y + noise}

    def _cell_points(self, inputs, num_points, seed):
        """Each row repeated, with a Latin hypercube's points of the cell added to its counts."""
        y = inputs[PARAMETERS_KEY]
        order, place = tf.random.stateless_uniform((2, num_points, y.shape[-1]), seed)
        strata = tf.cast(tf.argsort(order, axis=0), tf.float32)
        points = tf.tile((strata + place) / num_points, (tf.shape(y)[0], 1))
        inputs = {k: tf.repeat(v, num_points, axis=0) for k, v in inputs.items()}
        return {**inputs, PARAMETERS_KEY: inputs[PARAMETERS_KEY] + points}

    def _transform(self, inputs):
        return {**inputs, PARAMETERS_KEY: self.data_transform(inputs[PARAMETERS_KEY])}

    def get_config(self):
        options = self.exchanged.get_config()
        del options["support"], options["summary_net"]
        return {**options, "name": self.name, "counts": self.counts}
