"""bf_vae: CP-VAE and UP-VAE posterior estimators, at home in BayesFlow."""

from ._backend import require_tensorflow

require_tensorflow()

# compat first: it chooses TensorFlow's own Keras, before anything loads TensorFlow.
from . import compat, diagnostics, distributions, interchange, networks, simulators  # noqa: E402
from ._bayesflow import bayesflow_2_missing, bayesflow_major  # noqa: E402
from ._version import __version__  # noqa: E402
from .amortizers import (  # noqa: E402
    CPVAEAmortizer,
    CPVAELikelihoodAmortizer,
    JointVAEAmortizer,
    UPVAEAmortizer,
)
from .trainers import Trainer  # noqa: E402

if bayesflow_major() == 2:
    # At import, so that Keras knows the classes when it loads a saved workflow.
    from .inference_networks import CPVAE, UPVAE, fit_compiled


def __getattr__(name: str):
    if name in ("CPVAE", "UPVAE"):
        raise bayesflow_2_missing(name, f"bf_vae.{name}Amortizer")
    if name == "fit_compiled":
        raise bayesflow_2_missing(name, "bf_vae.Trainer")
    raise AttributeError(f"module 'bf_vae' has no attribute {name!r}")


__all__ = [
    "CPVAEAmortizer",
    "CPVAELikelihoodAmortizer",
    "JointVAEAmortizer",
    "Trainer",
    "UPVAEAmortizer",
    "__version__",
    "compat",
    "diagnostics",
    "distributions",
    "interchange",
    "networks",
    "simulators",
]
if bayesflow_major() == 2:
    __all__ += ["CPVAE", "UPVAE", "fit_compiled"]
