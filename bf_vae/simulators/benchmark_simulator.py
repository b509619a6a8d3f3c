"""What every benchmark task shares: a prior, a simulator, and sbibm's stored references."""

from collections.abc import Sequence

import numpy as np

from .._bayesflow import bayesflow_major
from . import reference

if (bayesflow_major() or 0) >= 2:
    from bayesflow.simulators import Simulator
else:
    Simulator = object

Seed = int | np.random.SeedSequence | np.random.Generator | None

# Bounds the memory of a million simulations; a block this long costs nothing in speed.
BLOCK_SIZE = 20_000


class BenchmarkSimulator(Simulator):
    """Base class of the sbibm tasks: vectorised, seeded, with observations and references.

    With BayesFlow 2 installed this is a ``bayesflow.simulators.Simulator``, so that
    ``bf.BasicWorkflow(simulator=...)`` takes it; BayesFlow 1.x, or none, is not needed.

    A task sets ``name``, ``num_observables`` and the three underscored attributes, and implements
    ``_draw_parameters(num_draws, rng)`` and ``_simulate(parameters, rng)``, which see and return
    arrays of shape (n, d) and (n, m).

    Parameters
    ----------
    rng : np.random.Generator, int or None
        Source of every draw that is made without a ``seed`` of its own. None takes fresh entropy.

    Attributes
    ----------
    name : str
        sbibm's name of the task, such as ``"two_moons"``.
    num_observables : int
        Length m of one observation.

    References
    ----------
    Lueckmann, Boelts, Greenberg, Gonçalves and Macke (2021). Benchmarking simulation-based
    inference. AISTATS. https://arxiv.org/abs/2101.04653
    """

    name: str
    num_observables: int
    _parameter_names: tuple[str, ...]
    _lower: float = -np.inf
    _upper: float = np.inf
    # Where sbibm keeps the task's files, if not under the task's own name.
    _folder: str | None = None
    _observation_file: str = "observation.csv"

    def __init__(self, rng: Seed = None):
        super().__init__()
        self.rng = np.random.default_rng(rng)

    @property
    def parameter_names(self) -> list[str]:
        """Names of the d parameters, in the order of the last axis."""
        return list(self._parameter_names)

    @property
    def num_parameters(self) -> int:
        """Number d of parameters."""
        return len(self._parameter_names)

    @property
    def support(self) -> tuple[np.ndarray, np.ndarray]:
        """Lower and upper bounds of the prior, float32 of shape (d,); infinite where unbounded."""
        shape = (self.num_parameters,)
        return np.full(shape, self._lower, np.float32), np.full(shape, self._upper, np.float32)

    def prior(self, num_draws: int, *, seed: Seed = None) -> np.ndarray:
        """Draw parameters from the prior.

        Parameters
        ----------
        num_draws : int
            Number n of draws.
        seed : int, np.random.SeedSequence, np.random.Generator or None
            Makes this call reproducible; None continues ``self.rng``.

        Returns
        -------
        np.ndarray
            Parameters, float32 of shape (n, d).
        """
        return self._draw_parameters(num_draws, self._generator(seed)).astype(np.float32)

    def observation_model(self, parameters: np.ndarray, *, seed: Seed = None) -> np.ndarray:
        """Simulate one vector of observables for each vector of parameters.

        Parameters
        ----------
        parameters : array-like of shape (..., d)
            Finite values in the support.
        seed : int, np.random.SeedSequence, np.random.Generator or None
            Makes this call reproducible; None continues ``self.rng``.

        Returns
        -------
        np.ndarray
            Observables, float32 of shape (..., m), always finite.

        Raises
        ------
        ValueError
            If the last axis is not d long, or a value is not finite or outside the support.
        """
        parameters = np.asarray(parameters, dtype=np.float64)
        self._check_parameters(parameters)
        rng = self._generator(seed)
        rows = parameters.reshape(-1, self.num_parameters)
        observables = np.empty((len(rows), self.num_observables), np.float32)
        for start in range(0, len(rows), BLOCK_SIZE):
            block = slice(start, start + BLOCK_SIZE)
            observables[block] = self._simulate(rows[block], rng)
        return observables.reshape(*parameters.shape[:-1], self.num_observables)

    def sample(self, batch_shape: int | Sequence[int], *, seed: Seed = None):
        """Draw parameters from the prior and simulate the observables of each.

        Parameters
        ----------
        batch_shape : int or sequence of int
            Shape of the batch, such as ``10_000`` or ``(20, 5)``.
        seed : int, np.random.SeedSequence, np.random.Generator or None
            Makes this call reproducible; None continues ``self.rng``.

        Returns
        -------
        dict of str to np.ndarray
            ``"parameters"`` of shape ``(*batch_shape, d)`` and ``"observables"`` of shape
            ``(*batch_shape, m)``, both float32.
        """
        shape = (batch_shape,) if np.ndim(batch_shape) == 0 else tuple(batch_shape)
        rng = self._generator(seed)
        parameters = self.prior(int(np.prod(shape)), seed=rng).reshape(*shape, self.num_parameters)
        return {
            "parameters": parameters,
            "observables": self.observation_model(parameters, seed=rng),
        }

    def rejection_sample(self, batch_shape, predicate, *, seed: Seed = None, **kwargs):
        """``rejection_sample`` of BayesFlow 2, with one random stream for all its batches."""
        # A plain integer would start every batch anew and repeat the same draws for ever.
        rng = self._generator(seed)
        return super().rejection_sample(batch_shape, predicate, seed=rng, **kwargs)

    def __call__(self, batch_shape: int | Sequence[int] = (), *, seed: Seed = None):
        """The same as ``sample``; without an argument one draw with no batch axis."""
        return self.sample(batch_shape, seed=seed)

    def observation(self, index: int) -> np.ndarray:
        """Observation ``index`` (1 to 10) of sbibm, float32 of shape (m,)."""
        return self._stored(index, self._observation_file)[0]

    def true_parameters(self, index: int) -> np.ndarray:
        """Parameters that generated observation ``index`` (1 to 10), float32 of shape (d,)."""
        return self._stored(index, "true_parameters.csv")[0]

    def reference_posterior(self, index: int) -> np.ndarray:
        """Draws from the posterior of observation ``index`` (1 to 10), float32 (10000, d)."""
        return self._stored(index, "reference_posterior_samples.csv.bz2")

    def _stored(self, index: int, file: str) -> np.ndarray:
        return reference.read(self._folder or self.name, index, file)

    def _generator(self, seed: Seed) -> np.random.Generator:
        return self.rng if seed is None else np.random.default_rng(seed)

    def _check_parameters(self, parameters: np.ndarray) -> None:
        if parameters.ndim == 0 or parameters.shape[-1] != self.num_parameters:
            raise ValueError(
                f"{self.name} has {self.num_parameters} parameters "
                f"({', '.join(self._parameter_names)}), so the last axis must have that length; "
                f"got an array of shape {parameters.shape}."
            )
        if not np.isfinite(parameters).all():
            raise ValueError(f"The parameters of {self.name} must be finite.")
        if (parameters < self._lower).any() or (parameters > self._upper).any():
            raise ValueError(
                f"The parameters of {self.name} must lie between {self._lower} and {self._upper}."
            )

    def _draw_parameters(self, num_draws: int, rng: np.random.Generator) -> np.ndarray:
        raise NotImplementedError

    def _simulate(self, parameters: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        raise NotImplementedError
