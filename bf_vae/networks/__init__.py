"""Networks of CP-VAE and UP-VAE: Keras 3 and TensorFlow Probability, no BayesFlow."""

from .cp_vae import ConditionalPriorVAE
from .feature_screen import informative_features
from .posterior_vae import PosteriorVAE
from .up_vae import UnconditionalPriorVAE

__all__ = [
    "ConditionalPriorVAE",
    "PosteriorVAE",
    "UnconditionalPriorVAE",
    "informative_features",
]
