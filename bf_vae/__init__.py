"""bf_vae: CP-VAE and UP-VAE posterior estimators, at home in BayesFlow."""

from ._backend import require_tensorflow

require_tensorflow()

from . import diagnostics, distributions, networks, simulators  # noqa: E402
from ._bayesflow import bayesflow_major  # noqa: E402
from ._version import __version__  # noqa: E402
from .amortizers import CPVAEAmortizer, UPVAEAmortizer  # noqa: E402
from .trainers import Trainer  # noqa: E402

if bayesflow_major() == 2:
    # At import, so that Keras knows the classes when it loads a saved workflow.
    from .inference_networks import CPVAE, UPVAE


def __getattr__(name: str):
    if name in ("CPVAE", "UPVAE"):
        raise ImportError(
            f"bf_vae.{name} needs BayesFlow 2 (pip install 'bayesflow>=2'). With BayesFlow 1.x use "
            f"bf_vae.{name}Amortizer."
        )
    raise AttributeError(f"module 'bf_vae' has no attribute {name!r}")


__all__ = [
    "CPVAE",
    "UPVAE",
    "CPVAEAmortizer",
    "Trainer",
    "UPVAEAmortizer",
    "__version__",
    "diagnostics",
    "distributions",
    "networks",
    "simulators",
]
