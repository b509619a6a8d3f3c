"""The BayesFlow 1.x contract, written once for both networks."""

import json

import keras
import numpy as np
import tensorflow as tf

from ..networks import PosteriorVAE
from ..networks.presets import setting
from ..networks.serialization import SubnetArguments
from ..networks.whole_number import whole_number
from .amortizer import Amortizer, check_weights
from .data_summary import DataSummary
from .inputs import (
    MEND_OBSERVATIONS,
    MEND_SIMULATIONS,
    check_dictionary,
    check_finite,
    posterior_names,
    read_inputs,
    repeat_single_row,
)

# Options that can differ while all weights have the same shapes.
MEANING = ("support", "decoder", "activation")


class VAEAmortizer(SubnetArguments, Amortizer):
    """Base of `CPVAEAmortizer` and `UPVAEAmortizer`; they document the arguments."""

    network_class: type[PosteriorVAE]

    def __init__(self, summary_net=None, name=None, **network_options):
        super().__init__(name=name)
        power_transform = network_options.pop("power_transform", None)
        preset = network_options.get("preset", "default")
        self.power_transform = bool(setting("power_transform", power_transform, preset))
        self.data_summary = DataSummary(summary_net, self.power_transform)
        # A summary network's output changes in training: no power chosen at the start would stay
        # right. Its input is what may be transformed.
        powers = self.power_transform and summary_net is None
        self.network = self.network_class(power_transform=powers, **network_options)

    @property
    def summary_net(self):
        """The summary network, or None."""
        return self.data_summary.summary_net

    @property
    def support(self):
        """Bounds of the parameters, or None."""
        return self.network.bounds

    # --- construction -----------------------------------------------------------------------

    def build(self, input_shape):
        """Create the weights for a dictionary of input shapes, as in a first call."""
        shapes = posterior_names({k: tuple(v) for k, v in input_shape.items()}, True)
        self.data_summary.build(shapes)
        self.network.build(
            (None, shapes["parameters"][-1]), (None, self.data_summary.num_conditions)
        )
        self._shapes = {k: [None, *v[1:]] for k, v in shapes.items()}
        self.built = True

    def get_build_config(self):
        return {"input_shape": self._shapes} if self.built else None

    def adapt(self, input_dict) -> None:
        """Fix the standardization of parameters and data from all simulations.

        The Trainer calls it with the training set. Without it, running moments of the training
        batches are used. Features of the data that say nothing of the parameters are left out, with
        ``screen_features``; direct conditions never are.

        Raises
        ------
        ValueError
            For wrong keys or shapes, NaN or infinity, or parameters outside the support.
        """
        inputs = self.check_simulations(input_dict)
        theta = inputs["parameters"].numpy()
        if self.summary_net is not None:
            self.network.theta_transform.adapt(theta)
            self.data_summary.adapt(inputs)
            return
        y = self.data_summary(inputs)[1].numpy()
        num_direct = inputs["direct_conditions"].shape[-1] if "direct_conditions" in inputs else 0
        self.network.adapt(theta, y, y.shape[-1] - num_direct)

    @property
    def features_left_out(self) -> list[int]:
        """Features of the data, from 0, that say nothing of the parameters and are not read."""
        return self.network.y_transform.left_out if self.built else []

    def check_simulations(self, input_dict) -> dict:
        """Raise the errors of `adapt`; returns the inputs as tensors under their 1.x keys."""
        inputs = self._read(input_dict, need_parameters=True)
        check_finite(inputs, MEND_SIMULATIONS)
        self.network.theta_transform.support.check(inputs["parameters"].numpy())
        return inputs

    @property
    def is_adapted(self) -> bool:
        """Whether the standardization has seen simulations."""
        return self.built and self.network.is_adapted

    @property
    def is_warming_up(self) -> bool:
        """Whether the weight of the KL term is still below 1."""
        return not self.network.kl_warmup.is_over

    # --- training ---------------------------------------------------------------------------

    def call(self, input_dict, return_summary=False, training=False, seed=None):
        """Latent draws of the encoder, and the bound.

        Parameters
        ----------
        input_dict : dict
            Parameters (batch, d) and data; see the class.
        return_summary : bool, optional, default: False

        Returns
        -------
        (z, log_bound) or ((z, log_bound), summary)
            z ~ q(z | theta, y) of the first member, shape (batch, latent_dim), and a one-draw
            estimate of the lower bound of log p(theta | y), the mean of the members', shape
            (batch,); with ``return_summary`` the output of the summary network, or None, beside it.
        """
        inputs = self._read(input_dict, need_parameters=True)
        summary, y = self.data_summary(inputs, training=training)
        z = self.network.encode(inputs["parameters"], y, seed)[0]
        terms = self.network.bound_terms(inputs["parameters"], y, 1, seed, training)
        output = (z, tf.reduce_mean(terms["log_theta"] - terms["kl"], axis=(0, 1)))
        return (output, summary) if return_summary else output

    def compute_losses(self, input_dict, training=False, seed=None) -> dict:
        """The negative lower bound of log p(theta | y) and its parts, in nats.

        See `PosteriorVAE.compute_metrics`.
        """
        inputs = self._read(input_dict, need_parameters=True)
        _, y = self.data_summary(inputs, training=training)
        return self.network.compute_metrics(inputs["parameters"], y, training=training, seed=seed)

    # --- inference --------------------------------------------------------------------------

    def sample(self, input_dict, n_samples, to_numpy=True, seed=None):
        """Draw from the posterior of each observation.

        Parameters
        ----------
        input_dict : dict
            Data only: (batch, ...) or one observation without the batch axis.
        n_samples : int
        to_numpy : bool, optional, default: True
        seed : int, optional
            Makes the draws repeatable.

        Returns
        -------
        np.ndarray or tf.Tensor of shape (batch, n_samples, d); (n_samples, d) for one observation

        Raises
        ------
        RuntimeError
            If the amortizer has not been trained or built yet.
        TypeError
            If the inputs are no dictionary, or ``n_samples`` or ``seed`` no whole number.
        ValueError
            For wrong keys or shapes, NaN or infinity, or ``n_samples`` below 1.
        """
        num_samples = whole_number("n_samples", n_samples)
        theta = self.network.sample(self._observe(input_dict), num_samples, seed=seed)
        theta = theta[0] if theta.shape[0] == 1 else theta
        return theta.numpy() if to_numpy else theta

    def sample_loop(self, input_list, n_samples, to_numpy=True, seed=None):
        """`sample` for a list of dictionaries, joined along the batch: (total, n_samples, d)."""
        seeds = [None] * len(input_list) if seed is None else range(seed, seed + len(input_list))
        draws = [
            self.sample(inputs, n_samples, to_numpy=True, seed=s)
            for inputs, s in zip(input_list, seeds, strict=True)
        ]
        theta = np.concatenate([d[np.newaxis] if d.ndim == 2 else d for d in draws], axis=0)
        return theta if to_numpy else tf.convert_to_tensor(theta)

    def log_posterior(self, input_dict, to_numpy=True, num_importance=128, seed=None):
        """Importance-weighted estimate of log p(theta | y), shape (batch,).

        A lower bound in expectation that tightens with ``num_importance``; in the units of theta.

        Parameters
        ----------
        input_dict : dict
            Parameters and data, of as many rows; one row of either goes with all of the other.
        to_numpy : bool, optional, default: True
        num_importance : int, optional, default: 128
        seed : int, optional
            Default: another one at each call.

        Raises
        ------
        RuntimeError, TypeError, ValueError
            As `sample`.
        """
        y = self._observe(input_dict)
        inputs = self._read(input_dict, need_parameters=True, many_for_one=True)
        check_finite(inputs, MEND_OBSERVATIONS)
        theta, y = repeat_single_row(inputs["parameters"], y)
        log_prob = self.network.log_prob(theta, y, num_importance, seed)
        return log_prob.numpy() if to_numpy else log_prob

    def log_prob(self, input_dict, to_numpy=True, **kwargs):
        """The same as `log_posterior`."""
        return self.log_posterior(input_dict, to_numpy=to_numpy, **kwargs)

    def sample_latent(self, input_dict, seed=None):
        """One draw of the first member's prior over z per observation, (batch, latent_dim)."""
        return self.network.sample_latent(self._observe(input_dict), 1, seed)[0, 0].numpy()

    def summarize(self, input_dict):
        """What the inference network sees of the data, in standardized units.

        Returns
        -------
        np.ndarray of shape (batch, summaries)
            The summary network's output (and direct conditions); without one, the data.
        """
        y = self._observe(input_dict)
        return self.network.y_transform(y).numpy()

    # --- shared -----------------------------------------------------------------------------

    def meaning(self) -> dict:
        """Those of the options that decide what the weights mean, as JSON holds them."""
        options = self.network.arguments()
        return json.loads(json.dumps({k: options[k] for k in MEANING}))

    def _read(self, input_dict, need_parameters, many_for_one=False):
        shapes = self._shapes if self.built else None
        inputs = read_inputs(input_dict, need_parameters, shapes, many_for_one)
        if not self.built:
            self.build({k: v.shape for k, v in inputs.items()})
        return inputs

    def _observe(self, input_dict):
        check_weights(self)
        check_dictionary(input_dict, "An observation")
        data = {k: v for k, v in input_dict.items() if k != "parameters"}
        inputs = self._read(data, need_parameters=False)
        missing = set(self._shapes) - set(inputs) - {"parameters"}
        if missing:
            raise ValueError(f"This amortizer was trained with {sorted(missing)} too.")
        check_finite(inputs, MEND_OBSERVATIONS)
        return self.data_summary(inputs)[1]

    def get_config(self):
        return {
            "name": self.name,
            "summary_net": keras.saving.serialize_keras_object(self.data_summary.summary_net),
            **self.network.arguments(),
            "power_transform": self.power_transform,
        }
