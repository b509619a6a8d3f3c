"""Amortizers: CP-VAE and UP-VAE with BayesFlow 1.x's interface."""

from .cp_vae_amortizer import CPVAEAmortizer
from .cp_vae_likelihood_amortizer import CPVAELikelihoodAmortizer
from .joint_vae_amortizer import JointVAEAmortizer
from .up_vae_amortizer import UPVAEAmortizer

__all__ = ["CPVAEAmortizer", "CPVAELikelihoodAmortizer", "JointVAEAmortizer", "UPVAEAmortizer"]
