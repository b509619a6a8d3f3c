"""A learned likelihood ``p(y | theta)``: CP-VAE with the roles of parameters and data exchanged."""

import warnings

import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp

from ..networks.data_transform import DataTransform
from ..networks.seeding import stateless_seed
from ..networks.serialization import SubnetArguments, serializable
from ..networks.whole_number import whole_number
from .amortizer import Amortizer, check_weights
from .cp_vae_amortizer import CPVAEAmortizer
from .dequantization import CELL_POINTS, cell_points, dequantized, is_whole
from .inputs import MEND_OBSERVATIONS, MEND_SIMULATIONS, check_finite, repeat_single_row
from .likelihood_inputs import likelihood_names, read_likelihood_inputs

# A network that simulates must know the data's distribution better than a posterior's: deeper.
# Noise has one mode more often than a posterior has, and with a richer prior the network overfits.
# Of the default preset only: any other names its own.
DEFAULTS = {
    "prior": "gaussian",
    "decoder": "full",
    "screen_features": False,
    "widths": (128, 128, 128),
    "num_members": 1,
}


@serializable
class CPVAELikelihoodAmortizer(SubnetArguments, Amortizer):
    """Amortized likelihood of one data vector, a simulator that is learned from simulations.

    Inputs are dictionaries with ``parameters`` (in BayesFlow 1.x's terms ``conditions``), shape
    (batch, d), and ``observables``, shape (batch, m). Both are standardized inside, the data after
    a root, a logarithm or an inverse hyperbolic sine where that makes them more Gaussian; see
    `DataTransform`. Where a root is taken, draws that would be below zero are set to zero: there
    are more of them than the density says.

    Parameters
    ----------
    counts : bool, optional, default: False
        Whether the data are whole numbers. Uniform noise on [0, 1) is then added in training
        (dequantization), draws are rounded down, and the log-likelihood is that of the number.
        Draws are not kept to the range of the simulations: some of binary data may be 2.
    name : str, optional
    **network_options
        Arguments of `ConditionalPriorVAE`, all but ``support``, read with data and parameters
        exchanged. The default preset differs: a Gaussian prior, a decoder with full covariance,
        all parameters read, three hidden layers of 128, one member.

    Raises
    ------
    TypeError
        For ``support`` or ``summary_net``, or an unknown option.

    Examples
    --------
    >>> likelihood = CPVAELikelihoodAmortizer()
    >>> trainer = Trainer(likelihood, default_lr=5e-3)
    >>> history = trainer.train_offline(simulations, epochs=100, batch_size=128)
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
        defaults = DEFAULTS if network_options.get("preset", "default") == "default" else {}
        exchanged = CPVAEAmortizer(**{**defaults, **network_options})
        self.data_transform = DataTransform(exchanged.power_transform, extrapolate=True)
        self.exchanged = exchanged

    # --- construction -----------------------------------------------------------------------

    def build(self, input_shape):
        """Create the weights for a dictionary of input shapes, as in a first call."""
        self._shapes = {k: [None, v[-1]] for k, v in likelihood_names(input_shape).items()}
        theta, y = self._shapes["parameters"], self._shapes["observables"]
        self.data_transform.build(y)
        self.exchanged.build({"parameters": y, "summary_conditions": theta})
        self.built = True

    def get_build_config(self):
        return {"input_shape": self._shapes} if self.built else None

    def meaning(self) -> dict:
        """As `CPVAEAmortizer`'s, and ``counts``."""
        return {**self.exchanged.meaning(), "counts": self.counts}

    def adapt(self, input_dict) -> None:
        """Fix the standardization from all simulations; see `CPVAEAmortizer.adapt`."""
        inputs = self.check_simulations(input_dict)
        if not self.counts and is_whole(inputs["observables"]):
            warnings.warn(
                "All data are whole numbers, and a density of them says little: for their "
                "probabilities make the likelihood with counts=True.",
                stacklevel=2,
            )
        y = self._continuous(inputs["observables"], dequantize=True, seed=0)
        self.data_transform.adapt(y.numpy())
        self.exchanged.adapt(self._exchange(inputs["parameters"], y))

    def check_simulations(self, input_dict) -> dict:
        """Raise the errors of `adapt`; returns the inputs as tensors.

        With ``counts`` also a ValueError for data that are not whole numbers.
        """
        inputs = self._read(input_dict)
        check_finite(inputs, MEND_SIMULATIONS)
        if self.counts and not is_whole(inputs["observables"]):
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
        inputs = self._read(input_dict)
        y = self._continuous(inputs["observables"])
        return self.exchanged(self._exchange(inputs["parameters"], y), training=training, seed=seed)

    def compute_losses(self, input_dict, training=False, seed=None) -> dict:
        """The negative lower bound of log p(y | theta) and its parts, in the unit of y.

        See `PosteriorVAE.compute_metrics`.
        """
        inputs = self._read(input_dict)
        y = self._continuous(inputs["observables"], dequantize=training, seed=seed)
        if training:
            self.data_transform.update(y)
        exchanged = self._exchange(inputs["parameters"], y)
        losses = self.exchanged.compute_losses(exchanged, training, seed)
        shift = tf.reduce_mean(self.data_transform.log_det(y))
        return {k: v - shift if k in ("loss", "reconstruction") else v for k, v in losses.items()}

    # --- inference --------------------------------------------------------------------------

    def sample(self, input_dict, n_samples, to_numpy=True, seed=None):
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
        RuntimeError, TypeError, ValueError
            As `CPVAEAmortizer.sample`.
        """
        check_weights(self)
        inputs = self._read(input_dict, need_data=False)
        check_finite(inputs, MEND_OBSERVATIONS)
        conditions = {"summary_conditions": inputs["parameters"]}
        y = self.exchanged.sample(conditions, n_samples, to_numpy=False, seed=seed)
        y = self.data_transform.inverse(y)
        y = tf.floor(y) if self.counts else y
        return y.numpy() if to_numpy else y

    def log_likelihood(self, input_dict, to_numpy=True, num_importance=128, seed=None):
        """Importance-weighted estimate of log p(y | theta), shape (batch,), in the unit of y.

        ``-inf`` for data that cannot be: below zero where all simulations' are not and a root or
        logarithm is taken, or not whole where they are counts. A count's probability is the mean
        density of up to 32 points of its cell, among which the draws are shared out.

        Parameters
        ----------
        input_dict : dict
            ``parameters`` and ``observables`` of as many rows; one row of either goes with all of
            the other.
        to_numpy : bool, optional, default: True
        num_importance : int, optional, default: 128
        seed : int, optional

        Raises
        ------
        RuntimeError, TypeError, ValueError
            As `CPVAEAmortizer.log_posterior`.
        """
        check_weights(self)
        num_importance = whole_number("num_importance", num_importance)
        inputs = self._read(input_dict, many_for_one=True)
        check_finite(inputs, MEND_OBSERVATIONS)
        theta, y = repeat_single_row(inputs["parameters"], inputs["observables"])
        can_be = self.data_transform.contains(y + 0.5 if self.counts else y)
        num_points = 1
        if self.counts:
            can_be &= tf.reduce_all(y == tf.floor(y), axis=-1)
            num_points = max(1, min(CELL_POINTS, num_importance))
            seed = stateless_seed(seed, self.exchanged.network.seed_generator)
            points_seed, seed = tfp.random.split_seed(seed)
            theta = tf.repeat(theta, num_points, axis=0)
            y = cell_points(y, num_points, points_seed)
        log_prob = self.exchanged.log_prob(
            self._exchange(theta, y), to_numpy=False, num_importance=num_importance // num_points,
            seed=seed,
        )  # fmt: skip
        log_prob += self.data_transform.log_det(y)
        log_prob = tf.reshape(log_prob, (-1, num_points))
        log_prob = tfp.math.reduce_logmeanexp(log_prob, axis=1)
        log_prob = tf.where(can_be, log_prob, -np.inf)
        return log_prob.numpy() if to_numpy else log_prob

    def log_prob(self, input_dict, to_numpy=True, **kwargs):
        """The same as `log_likelihood`."""
        return self.log_likelihood(input_dict, to_numpy, **kwargs)

    # --- shared -----------------------------------------------------------------------------

    def _read(self, input_dict, need_data=True, many_for_one=False):
        shapes = self._shapes if self.built else None
        inputs = read_likelihood_inputs(input_dict, need_data, shapes, many_for_one)
        if not self.built:
            self.build({k: v.shape for k, v in inputs.items()})
        return inputs

    def _exchange(self, theta, y):
        """Inputs of the exchanged amortizer."""
        return {"parameters": self.data_transform(y), "summary_conditions": theta}

    def _continuous(self, y, dequantize=False, seed=None):
        """Counts by a point of their cell: the middle, or a random one to dequantize."""
        if not self.counts:
            return y
        if not dequantize:
            return y + 0.5
        seed = stateless_seed(seed, self.exchanged.network.seed_generator)
        return dequantized(y, seed)

    def get_config(self):
        options = self.exchanged.get_config()
        del options["support"], options["summary_net"]
        return {**options, "name": self.name, "counts": self.counts}
