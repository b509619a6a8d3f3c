"""The ten tasks of sbibm as vectorised NumPy simulators, equal to sbibm's in distribution."""

from .benchmark_simulator import BenchmarkSimulator
from .bernoulli_glm import BernoulliGLM
from .bernoulli_glm_raw import BernoulliGLMRaw
from .gaussian_linear import GaussianLinear
from .gaussian_linear_uniform import GaussianLinearUniform
from .gaussian_mixture import GaussianMixture
from .lotka_volterra import LotkaVolterra
from .sir import SIR
from .slcp import SLCP
from .slcp_distractors import SLCPDistractors
from .two_moons import TwoMoons

_TASKS = {
    task.name: task
    for task in (
        GaussianLinear,
        GaussianLinearUniform,
        SLCP,
        SLCPDistractors,
        BernoulliGLM,
        BernoulliGLMRaw,
        GaussianMixture,
        TwoMoons,
        SIR,
        LotkaVolterra,
    )
}
TASK_NAMES = tuple(_TASKS)


def get_simulator(name: str, rng=None) -> BenchmarkSimulator:
    """The simulator of a task, by sbibm's name of the task.

    Parameters
    ----------
    name : str
        One of ``TASK_NAMES``, which are in the order of the paper, T.1 to T.10.
    rng : np.random.Generator, int or None
        Source of randomness.

    Raises
    ------
    ValueError
        If there is no such task.
    """
    if name not in _TASKS:
        raise ValueError(f"No task named {name!r}. The tasks are: {', '.join(TASK_NAMES)}.")
    return _TASKS[name](rng)


__all__ = [
    "SIR",
    "SLCP",
    "TASK_NAMES",
    "BenchmarkSimulator",
    "BernoulliGLM",
    "BernoulliGLMRaw",
    "GaussianLinear",
    "GaussianLinearUniform",
    "GaussianMixture",
    "LotkaVolterra",
    "SLCPDistractors",
    "TwoMoons",
    "get_simulator",
]
