"""JANA's settings of each task, from its authors' notebooks benchmark_1 to benchmark_10.

Public repository bayesflow-org/JANA-Paper. What BayesFlow 2 has no name for is said in `Jana`.
"""

from dataclasses import dataclass, field


def _subnet(widths=(128, 128), activation="relu", dropout=0.05) -> dict:
    """A coupling network, with BayesFlow 1's defaults."""
    return {
        "widths": widths,
        "activation": activation,
        "dropout": dropout,
        "kernel_initializer": "glorot_uniform",
    }


@dataclass
class FlowSettings:
    """One coupling flow: ``transform`` is "affine", "spline", or "interleaved" for both in turn.

    ``affine_subnet`` is the affine layers' network where it is another than the splines'.
    """

    depth: int
    transform: str = "interleaved"
    permutation: str = "random"
    subnet: dict = field(default_factory=_subnet)
    affine_subnet: dict | None = None


@dataclass
class JanaSettings:
    """How one task is trained.

    ``jitter`` is in the data's units, ``student_t`` the latents. ``data_scale`` divides the data,
    where z-scores do not do: those of lotka_volterra and sir reach 39 and 32, and no draw was
    finite.
    """

    posterior: FlowSettings
    likelihood: FlowSettings
    epochs: int
    batch_size: int = 32
    learning_rate: float = 5e-4
    jitter: float = 0.0
    student_t: bool = False
    data_scale: float | None = None


_LINEAR = FlowSettings(5, "affine", subnet=_subnet((32, 32)))
_SWISH = _subnet((64,), "silu")
_RELU = _subnet((64,))
_TANH = _subnet(activation="tanh")
_DISTRACTORS = {
    "subnet": _subnet(dropout=0.3),
    "affine_subnet": _subnet((64, 64), dropout=0.3),
}
_MOONS = FlowSettings(5, permutation="orthogonal")
_GLM = JanaSettings(
    FlowSettings(6, permutation="orthogonal"), FlowSettings(5), epochs=50, learning_rate=1e-4
)

SETTINGS = {
    "gaussian_linear": JanaSettings(_LINEAR, _LINEAR, 50, 64, 1e-3),
    "gaussian_linear_uniform": JanaSettings(_LINEAR, _LINEAR, 50, 64, 1e-3),
    "slcp": JanaSettings(
        FlowSettings(6, permutation="orthogonal"),
        FlowSettings(4, "affine", "orthogonal"),
        epochs=100,
    ),
    "slcp_distractors": JanaSettings(
        FlowSettings(8, **_DISTRACTORS), FlowSettings(6, **_DISTRACTORS), epochs=60
    ),
    "bernoulli_glm": _GLM,
    # Its authors redrew the design matrix with every simulation: theirs is another task, with
    # networks of its own. These are of the task next to it.
    "bernoulli_glm_raw": _GLM,
    "gaussian_mixture": JanaSettings(
        FlowSettings(6, "spline", "orthogonal", _SWISH),
        FlowSettings(6, "spline", subnet=_SWISH),
        epochs=150,
        batch_size=64,
    ),
    "two_moons": JanaSettings(_MOONS, _MOONS, epochs=50),
    "sir": JanaSettings(
        FlowSettings(6, "spline", subnet=_RELU),
        FlowSettings(8, "affine", subnet=_RELU),
        epochs=250,
        jitter=1.0,
        student_t=True,
        data_scale=1000.0,
    ),
    "lotka_volterra": JanaSettings(
        FlowSettings(6, subnet=_TANH),
        FlowSettings(8, subnet=_TANH),
        epochs=150,
        batch_size=64,
        learning_rate=1e-3,
        student_t=True,
        data_scale=1000.0,
    ),
}
