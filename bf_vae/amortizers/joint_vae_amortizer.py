"""Posterior and likelihood together, with the interface of BayesFlow 1.x's JANA."""

import keras
import numpy as np
import tensorflow_probability as tfp

from ..networks.seeding import stateless_seed
from ..networks.serialization import serializable
from .amortizer import Amortizer
from .cp_vae_amortizer import CPVAEAmortizer
from .cp_vae_likelihood_amortizer import CPVAELikelihoodAmortizer
from .inputs import check_dictionary, read_inputs

POSTERIOR_KEY, LIKELIHOOD_KEY = "posterior_inputs", "likelihood_inputs"


@serializable
class JointVAEAmortizer(Amortizer):
    """Joint amortization of ``p(theta | y)`` and ``p(y | theta)``.

    Inputs are dictionaries with ``parameters`` and ``observables``, which both parts read, or
    JANA's, with the entries ``posterior_inputs`` and ``likelihood_inputs``. Our Trainer's
    configurator gives the first form.

    Parameters
    ----------
    posterior : CPVAEAmortizer or UPVAEAmortizer, optional
        Default: ``CPVAEAmortizer()``.
    likelihood : CPVAELikelihoodAmortizer, optional
    name : str, optional

    References
    ----------
    Radev et al. (2023). JANA: Jointly amortized neural approximation of complex Bayesian models.
    """

    def __init__(self, posterior=None, likelihood=None, name=None):
        super().__init__(name=name)
        self.posterior = CPVAEAmortizer() if posterior is None else posterior
        self.likelihood = CPVAELikelihoodAmortizer() if likelihood is None else likelihood

    @property
    def support(self):
        """Bounds of the parameters, or None."""
        return self.posterior.support

    # --- construction -----------------------------------------------------------------------

    @property
    def built(self) -> bool:
        """Whether both parts have weights, also if they were trained alone."""
        parts = getattr(self, "posterior", None), getattr(self, "likelihood", None)
        return all(part is not None and part.built for part in parts)

    @built.setter
    def built(self, value):
        """Keras sets it; the parts tell."""

    def build(self, input_shape):
        """Create the weights for a dictionary of input shapes, as in a first call."""
        # Keras builds the parts of a saved model before the whole.
        if not self.posterior.built:
            self.posterior.build(_posterior_part(input_shape))
        if not self.likelihood.built:
            self.likelihood.build(_likelihood_part(input_shape))

    def get_build_config(self):
        if not self.built:
            return None
        parts = {POSTERIOR_KEY: self.posterior, LIKELIHOOD_KEY: self.likelihood}
        return {"input_shape": {k: p.get_build_config()["input_shape"] for k, p in parts.items()}}

    def meaning(self) -> dict:
        """Those of both parts, ``posterior.support`` and the like."""
        parts = {"posterior": self.posterior, "likelihood": self.likelihood}
        return {f"{name}.{k}": v for name, part in parts.items() for k, v in part.meaning().items()}

    def adapt(self, input_dict) -> None:
        """Fix the standardization from all simulations, but not that of a part trained before."""
        if not self.posterior.is_adapted:
            self.posterior.adapt(_posterior_part(input_dict))
        if not self.likelihood.is_adapted:
            self.likelihood.adapt(_likelihood_part(input_dict))

    def check_simulations(self, input_dict) -> dict:
        """Raise the errors of `adapt`; returns the simulations as tensors."""
        return {
            POSTERIOR_KEY: self.posterior.check_simulations(_posterior_part(input_dict)),
            LIKELIHOOD_KEY: self.likelihood.check_simulations(_likelihood_part(input_dict)),
        }

    @property
    def is_adapted(self) -> bool:
        """Whether the standardization has seen simulations."""
        return self.posterior.is_adapted and self.likelihood.is_adapted

    @property
    def is_warming_up(self) -> bool:
        """Whether the weight of a KL term is still below 1."""
        return self.posterior.is_warming_up or self.likelihood.is_warming_up

    # --- training ---------------------------------------------------------------------------

    def call(self, input_dict, **kwargs):
        """What posterior and likelihood give for the inputs."""
        posterior = self.posterior(_posterior_part(input_dict), **kwargs)
        return posterior, self.likelihood(_likelihood_part(input_dict), **kwargs)

    def compute_losses(self, input_dict, training=False, seed=None) -> dict:
        """The two losses and their sum; see `PosteriorVAE.compute_metrics`."""
        posterior = self.posterior.compute_losses(_posterior_part(input_dict), training, seed)
        likelihood = self.likelihood.compute_losses(_likelihood_part(input_dict), training, seed)
        return {
            "loss": posterior["loss"] + likelihood["loss"],
            "posterior": posterior["loss"],
            "likelihood": likelihood["loss"],
        }

    # --- inference --------------------------------------------------------------------------

    def sample_parameters(self, input_dict, n_samples, to_numpy=True, **kwargs):
        """Draw from the posterior of each observation; see `CPVAEAmortizer.sample`."""
        return self.posterior.sample(_posterior_part(input_dict), n_samples, to_numpy, **kwargs)

    def sample_data(self, input_dict, n_samples, to_numpy=True, **kwargs):
        """Simulate data for each parameter vector; see `CPVAELikelihoodAmortizer.sample`."""
        return self.likelihood.sample(_likelihood_part(input_dict), n_samples, to_numpy, **kwargs)

    def sample(self, input_dict, n_post_samples, n_lik_samples, to_numpy=True, **kwargs):
        """Both, as a dictionary ``{"posterior_samples", "likelihood_samples"}``."""
        return {
            "posterior_samples": self.sample_parameters(
                input_dict, n_post_samples, to_numpy, **kwargs
            ),
            "likelihood_samples": self.sample_data(input_dict, n_lik_samples, to_numpy, **kwargs),
        }

    def log_posterior(self, input_dict, to_numpy=True, **kwargs):
        """Estimate of log p(theta | y), shape (batch,); see `CPVAEAmortizer.log_posterior`."""
        return self.posterior.log_posterior(_posterior_part(input_dict), to_numpy, **kwargs)

    def log_likelihood(self, input_dict, to_numpy=True, **kwargs):
        """Estimate of log p(y | theta), shape (batch,)."""
        return self.likelihood.log_likelihood(_likelihood_part(input_dict), to_numpy, **kwargs)

    def log_prob(self, input_dict, to_numpy=True, **kwargs):
        """Both, as a dictionary ``{"log_posterior", "log_likelihood"}``."""
        return {
            "log_posterior": self.log_posterior(input_dict, to_numpy, **kwargs),
            "log_likelihood": self.log_likelihood(input_dict, to_numpy, **kwargs),
        }

    def log_marginal_likelihood(self, input_dict, log_prior, n_samples=1000, seed=None):
        """Estimate log p(y) of each observation, by importance sampling from the posterior.

        ``log mean_i p(y | theta_i) p(theta_i) / p(theta_i | y)`` with ``theta_i ~ p(theta | y)``.
        Where the two networks agree with the prior, all terms are equal (Radev et al., equation 8).

        Parameters
        ----------
        input_dict : dict
            ``observables``, shape (batch, m); parameters are not read.
        log_prior : callable
            From parameters, shape (n, d), to their log prior density, shape (n,).
        n_samples : int, optional, default: 1000
        seed : int, optional

        Returns
        -------
        np.ndarray of shape (batch,)

        Raises
        ------
        RuntimeError, TypeError, ValueError
            As `CPVAEAmortizer.sample`; a ValueError also if ``log_prior`` gives another shape.
        """
        data = {k: v for k, v in _posterior_part(input_dict).items() if k != "parameters"}
        data = {k: v.numpy() for k, v in read_inputs(data, need_parameters=False).items()}
        if len(data) > 1:
            raise ValueError(f"A likelihood is of one data vector; got {sorted(data)}.")
        ((key, y),) = data.items()
        seed = stateless_seed(seed, self.posterior.network.seed_generator)
        seeds = tfp.random.split_seed(seed, 3)
        theta = self.sample_parameters(data, n_samples, seed=seeds[0])
        theta = theta.reshape(-1, theta.shape[-1])
        repeated = np.repeat(y, n_samples, axis=0)
        prior = np.asarray(log_prior(theta))
        if prior.shape != (len(theta),):
            raise ValueError(
                f"log_prior must give one log density for each of the {len(theta)} parameter "
                f"vectors, shape ({len(theta)},), got {prior.shape}: sum over independent "
                "parameters, axis=1."
            )
        terms = self.log_likelihood({"parameters": theta, "observables": repeated}, seed=seeds[1])
        terms = terms - self.log_posterior({"parameters": theta, key: repeated}, seed=seeds[2])
        terms = (terms + prior).reshape(len(y), n_samples)
        return np.logaddexp.reduce(terms, axis=1) - np.log(n_samples)

    # --- shared -----------------------------------------------------------------------------

    def get_config(self):
        return {
            "name": self.name,
            "posterior": keras.saving.serialize_keras_object(self.posterior),
            "likelihood": keras.saving.serialize_keras_object(self.likelihood),
        }

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """The object that ``get_config`` described."""
        parts = {
            key: keras.saving.deserialize_keras_object(config[key], custom_objects=custom_objects)
            for key in ("posterior", "likelihood")
        }
        return cls(**{**config, **parts})


def _posterior_part(inputs):
    check_dictionary(inputs)
    return inputs.get(POSTERIOR_KEY, inputs)


def _likelihood_part(inputs):
    check_dictionary(inputs)
    return inputs.get(LIKELIHOOD_KEY, inputs)
