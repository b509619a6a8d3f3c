"""Inference networks for BayesFlow 2; importing this package needs it."""

from .cp_vae import CPVAE
from .up_vae import UPVAE

__all__ = ["CPVAE", "UPVAE"]
