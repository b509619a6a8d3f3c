"""BayesFlow 1.1.6's JANA at its authors' own settings, one `Settings` per sbibm task.

The networks, epochs, batch sizes and learning rates are those of the notebooks benchmark_1 to
benchmark_10 of https://github.com/bayesflow-org/JANA-Paper. So is the scale of what the networks
see: BayesFlow 1.x's simulators give counts as shares, its configurators divide by a constant. The
simulations are sbibm's, which `configure` scales in the same way.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import tensorflow as tf
from bayesflow.amortizers import (
    AmortizedLikelihood,
    AmortizedPosterior,
    AmortizedPosteriorLikelihood,
)
from bayesflow.networks import InvertibleNetwork
from tensorflow_probability import distributions as tfd


@dataclass
class Settings:
    """How JANA is trained on one task.

    Attributes
    ----------
    posterior, likelihood : dict
        Arguments of `InvertibleNetwork`, without ``num_params``.
    epochs, batch_size, learning_rate
    theta_scale, data_scale : float
        Parameters and data are divided by them.
    jitter : float
        Standard deviation of normal noise on the data, for discrete ones.
    student_t : bool
        Latent distributions with heavy tails (50 degrees of freedom) for normal ones.
    summary_net : callable, optional
        Makes the posterior's summary network.
    """

    posterior: dict
    likelihood: dict
    epochs: int
    batch_size: int = 32
    learning_rate: float = 5e-4
    theta_scale: float = 1.0
    data_scale: float = 1.0
    jitter: float = 0.0
    student_t: bool = False
    summary_net: Callable | None = field(default=None)


def _dense(units, activation="relu", l2=1e-4):
    regularizer = tf.keras.regularizers.l2(l2)
    return {"units": units, "activation": activation, "kernel_regularizer": regularizer}


def _affine(layers, l2):
    coupling = {"dense_args": _dense(32, l2=l2), "dropout_prob": 0.05}
    return {"num_coupling_layers": layers, "coupling_settings": coupling}


def _interleaved(layers, **options):
    return {"num_coupling_layers": layers, "coupling_design": "interleaved", **options}


def _one_dense(activation):
    return {"dense_args": _dense(64, activation), "num_dense": 1, "dropout_prob": 0.05}


def _distractors_summary():
    # A hundred data, of which eight matter.
    layers = tf.keras.layers
    hidden = [layer for _ in range(2) for layer in (layers.Dense(128, "relu"), layers.Dropout(0.2))]
    return tf.keras.Sequential([*hidden, layers.Dense(16)])


def _gaussian_linear():
    flow = _affine(5, l2=5e-4)
    return Settings(flow, flow, epochs=50, batch_size=64, learning_rate=1e-3)


def _gaussian_linear_uniform():
    flow = _affine(5, l2=1e-4)
    return Settings(flow, flow, epochs=50, batch_size=64, learning_rate=1e-3)


def _slcp():
    posterior = _interleaved(6, permutation="learnable")
    likelihood = {"num_coupling_layers": 4, "permutation": "learnable"}
    return Settings(posterior, likelihood, epochs=100)


def _slcp_distractors():
    coupling = {
        "spline": {"dropout_prob": 0.3},
        "affine": {"dropout_prob": 0.3, "dense_args": _dense(64, l2=5e-4)},
    }
    posterior = _interleaved(8, coupling_settings=coupling)
    likelihood = _interleaved(6, coupling_settings=coupling)
    return Settings(posterior, likelihood, epochs=60, summary_net=_distractors_summary)


def _bernoulli_glm():
    posterior = _interleaved(6, permutation="learnable")
    return Settings(
        posterior, _interleaved(5), epochs=50, learning_rate=1e-4, data_scale=100.0
    )  # fmt: skip


def _gaussian_mixture():
    flow = {
        "num_coupling_layers": 6,
        "coupling_design": "spline",
        "coupling_settings": _one_dense("swish"),
    }
    posterior = {**flow, "permutation": "learnable"}
    return Settings(posterior, flow, epochs=150, batch_size=64, theta_scale=10.0)


def _two_moons():
    flow = _interleaved(5, permutation="learnable")
    return Settings(flow, flow, epochs=50)


def _sir():
    coupling = _one_dense("relu")
    posterior = {
        "num_coupling_layers": 6,
        "coupling_design": "spline",
        "coupling_settings": coupling,
    }
    likelihood = {"num_coupling_layers": 8, "coupling_settings": coupling}
    return Settings(
        posterior, likelihood, epochs=250, data_scale=1000.0, jitter=1e-3, student_t=True
    )  # fmt: skip


def _lotka_volterra():
    layer = {"dense_args": _dense(128, "tanh", l2=1e-5), "dropout_prob": 0.05}
    coupling = {"affine": layer, "spline": layer}
    posterior = _interleaved(6, coupling_settings=coupling)
    likelihood = _interleaved(8, coupling_settings=coupling)
    return Settings(
        posterior, likelihood, epochs=150, batch_size=64, learning_rate=1e-3,
        data_scale=1000.0, student_t=True,
    )  # fmt: skip


# bernoulli_glm_raw is missing: JANA's notebook gives a fresh design matrix with each simulation, as
# part of the data, while sbibm's task has one that never changes.
SETTINGS = {
    "gaussian_linear": _gaussian_linear,
    "gaussian_linear_uniform": _gaussian_linear_uniform,
    "slcp": _slcp,
    "slcp_distractors": _slcp_distractors,
    "bernoulli_glm": _bernoulli_glm,
    "gaussian_mixture": _gaussian_mixture,
    "two_moons": _two_moons,
    "sir": _sir,
    "lotka_volterra": _lotka_volterra,
}


class JanaReference:
    """JANA for one task: the joint amortizer, and the way from sbibm's data to it and back.

    Parameters
    ----------
    task : str
        One of ``SETTINGS``.
    num_parameters, num_observables : int
    seed : int, optional
        Of the noise on the data.

    Raises
    ------
    ValueError
        If JANA's authors have no settings that fit the task.
    """

    def __init__(self, task, num_parameters, num_observables, seed=None):
        if task not in SETTINGS:
            raise ValueError(f"No settings of JANA for {task!r}; there are: {', '.join(SETTINGS)}.")
        self.rng = np.random.default_rng(seed)
        self.settings = settings = SETTINGS[task]()
        self.data_key = "summary_conditions" if settings.summary_net else "direct_conditions"
        posterior = AmortizedPosterior(
            InvertibleNetwork(num_parameters, **settings.posterior),
            summary_net=settings.summary_net and settings.summary_net(),
            latent_dist=self._latent(num_parameters),
        )
        likelihood = AmortizedLikelihood(
            InvertibleNetwork(num_observables, **settings.likelihood),
            latent_dist=self._latent(num_observables),
        )
        self.amortizer = AmortizedPosteriorLikelihood(posterior, likelihood)

    def _latent(self, size):
        if not self.settings.student_t:
            return None
        scale = tf.linalg.LinearOperatorDiag([1.0] * size)
        return tfd.MultivariateStudentTLinearOperator(df=50, loc=[0.0] * size, scale=scale)

    def configure(self, simulations):
        """From ``prior_draws`` (batch, d) and ``sim_data`` (batch, m) to the amortizer's inputs."""
        theta = np.asarray(simulations["prior_draws"], "float32") / self.settings.theta_scale
        posterior_data, likelihood_data = (self._noisy(simulations["sim_data"]) for _ in range(2))
        return {
            "posterior_inputs": {"parameters": theta, self.data_key: posterior_data},
            "likelihood_inputs": {"conditions": theta, "observables": likelihood_data},
        }

    def _noisy(self, data):
        data = np.asarray(data, "float32") / self.settings.data_scale
        noise = self.settings.jitter * self.rng.normal(size=data.shape)
        return (data + noise).astype("float32")

    def sample(self, observation, num_samples):
        """Posterior draws (num_samples, d) for one observation (m,), in sbibm's units."""
        inputs = {self.data_key: self._noisy(observation[np.newaxis])}
        draws = self.amortizer.sample_parameters(inputs, num_samples)
        return draws * self.settings.theta_scale
