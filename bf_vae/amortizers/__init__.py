"""Amortizers: CP-VAE and UP-VAE with BayesFlow 1.x's interface."""

from .cp_vae_amortizer import CPVAEAmortizer
from .up_vae_amortizer import UPVAEAmortizer

__all__ = ["CPVAEAmortizer", "UPVAEAmortizer"]
