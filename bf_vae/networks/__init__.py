"""Networks of CP-VAE and UP-VAE: Keras 3 and TensorFlow Probability, no BayesFlow."""

from .cp_vae import ConditionalPriorVAE
from .posterior_vae import PosteriorVAE
from .up_vae import UnconditionalPriorVAE

__all__ = ["ConditionalPriorVAE", "PosteriorVAE", "UnconditionalPriorVAE"]
