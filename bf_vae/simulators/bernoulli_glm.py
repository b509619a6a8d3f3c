"""Bernoulli GLM: the sufficient statistics of a neuron's spikes."""

from .bernoulli_glm_raw import BernoulliGLMRaw


class BernoulliGLM(BernoulliGLMRaw):
    """Bernoulli GLM seen through its ten sufficient statistics.

    The observables are the number of spikes and the spike-triggered sums of the stimulus at
    delays of 0 to 8 steps: ``design' @ spikes``. All else, the reference posterior included, is
    as in :class:`BernoulliGLMRaw`.

    Parameters
    ----------
    rng : np.random.Generator, int or None
        Source of randomness.

    References
    ----------
    Lueckmann et al. (2021). Benchmarking simulation-based inference, task T.5.
    """

    name = "bernoulli_glm"
    num_observables = 10
    _observation_file = "observation.csv"

    def _simulate(self, parameters, rng):
        return self._draw_spikes(parameters, rng) @ self.design
