"""Bernoulli GLM, raw: a neuron's spikes in answer to white noise."""

import numpy as np
from scipy.special import expit

from .benchmark_simulator import BenchmarkSimulator


def design_matrix() -> np.ndarray:
    """A column of ones and the white-noise stimulus delayed by 0 to 8 steps.

    Returns
    -------
    np.ndarray of shape (100, 10)
        Equal to the design matrix stored in sbibm.
    """
    stimulus = np.random.RandomState(42).randn(100).astype(np.float32)
    design = np.zeros((100, 10))
    design[:, 0] = 1.0
    for delay in range(9):
        design[delay:, 1 + delay] = stimulus[: 100 - delay]
    return design


def prior_precision() -> np.ndarray:
    """Precision matrix of the prior, of shape (10, 10): offset, then a smooth filter.

    The offset has variance 2. The filter's precision is ``F' F``, where F holds its second
    differences plus a growing diagonal, which pulls late entries to zero.
    """
    differences = np.eye(9) - np.eye(9, k=-1)
    factor = differences @ differences + np.diag(np.sqrt(np.arange(9) / 9))
    precision = np.zeros((10, 10))
    precision[0, 0] = 0.5
    precision[1:, 1:] = factor.T @ factor
    return precision


class BernoulliGLMRaw(BenchmarkSimulator):
    """Generalized linear model of a neuron; the observables are its 100 spikes, 0 or 1.

    ``beta`` is an offset and ``filter_1`` to ``filter_9`` a temporal filter, with a Gaussian prior
    that favours smooth filters (:func:`prior_precision`). The neuron spikes in step t with
    probability ``sigmoid(design[t] @ theta)``, for one stimulus that never changes
    (:func:`design_matrix`).

    Parameters
    ----------
    rng : np.random.Generator, int or None
        Source of randomness.

    Attributes
    ----------
    design : np.ndarray of shape (100, 10)
        The design matrix.

    References
    ----------
    Lueckmann et al. (2021). Benchmarking simulation-based inference, task T.6.
    """

    name = "bernoulli_glm_raw"
    num_observables = 100
    _parameter_names = ("beta", *(f"filter_{i}" for i in range(1, 10)))
    _folder = "bernoulli_glm"
    _observation_file = "observation_raw.csv"

    def __init__(self, rng=None):
        super().__init__(rng)
        self.design = design_matrix()
        self._prior_scale = np.linalg.cholesky(np.linalg.inv(prior_precision()))

    def _draw_parameters(self, num_draws, rng):
        return rng.standard_normal((num_draws, self.num_parameters)) @ self._prior_scale.T

    def _simulate(self, parameters, rng):
        return self._draw_spikes(parameters, rng)

    def _draw_spikes(self, parameters, rng):
        probability = expit(parameters @ self.design.T)
        return (rng.random(probability.shape) < probability).astype(np.float64)
