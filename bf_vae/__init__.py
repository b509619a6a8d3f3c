"""bf_vae: CP-VAE and UP-VAE posterior estimators, at home in BayesFlow."""

from ._backend import require_tensorflow

require_tensorflow()

from . import distributions, networks  # noqa: E402
from ._version import __version__  # noqa: E402
from .amortizers import CPVAEAmortizer, UPVAEAmortizer  # noqa: E402
from .trainers import Trainer  # noqa: E402
