"""What every method of the benchmark offers."""

from importlib import import_module

import numpy as np


class Posterior:
    """What a training gives.

    Parameters
    ----------
    draw : callable
        ``draw(n, observation)`` gives draws of shape (n, d) for one observation (m,).
    draw_many : callable, optional
        ``draw_many(n, observations)`` gives draws of shape (batch, n, d) for observations of shape
        (batch, m): for methods that do this in one pass.
    """

    def __init__(self, draw, draw_many=None):
        self._draw, self._draw_many = draw, draw_many

    def sample(self, n: int, observation: np.ndarray) -> np.ndarray:
        """Draws of shape (n, d), in the task's units, for one observation of shape (m,)."""
        return np.asarray(self._draw(n, np.asarray(observation, np.float32)), np.float32)

    @property
    def samples_many(self) -> bool:
        """Whether `sample_many` can be called."""
        return self._draw_many is not None

    def sample_many(self, n: int, observations: np.ndarray) -> np.ndarray:
        """Draws of shape (batch, n, d) for observations of shape (batch, m)."""
        return np.asarray(self._draw_many(n, np.asarray(observations, np.float32)), np.float32)


class Method:
    """A way from simulations to a posterior.

    A method implements ``fit``; ``settings`` tells how it trained.

    Parameters
    ----------
    name : str
    epochs : int, optional
        At most so many, for a trial. Default: the method's own.
    """

    # False: a training serves one observation, which `fit` gets as a further argument.
    amortized = True
    # Modules that it needs beyond the core of bf_vae, and what `pip install` brings them.
    modules: tuple[str, ...] = ()
    install = ""

    def __init__(self, name: str, epochs: int | None = None):
        self.name, self.epochs = name, epochs
        self.settings: dict = {}

    def check_installed(self) -> None:
        """Import what the method needs, before its training is timed.

        Raises
        ------
        ImportError
            If something is missing; it tells the cure.
        """
        for module in self.modules:
            try:
                import_module(module)
            except ImportError as error:
                raise ImportError(
                    f"The method {self.name!r} needs {module.partition('.')[0]}: pip install "
                    f"{self.install}"
                ) from error

    def fit(self, simulator, simulations: dict, seed: int, observation=None) -> Posterior:
        """Train.

        Parameters
        ----------
        simulator : BenchmarkSimulator
            Gives the support of the prior; only methods that are not amortized simulate with it.
        simulations : dict
            ``"parameters"`` (n, d) and ``"observables"`` (n, m): the whole budget.
        seed : int
        observation : np.ndarray of shape (m,), optional
            For methods that are not amortized: the one whose posterior is learned.

        Returns
        -------
        Posterior
        """
        raise NotImplementedError
