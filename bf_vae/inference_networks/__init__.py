"""Inference networks for BayesFlow 2; importing this package needs it."""

from .._bayesflow import bayesflow_2_missing, bayesflow_major

if bayesflow_major() != 2:
    raise bayesflow_2_missing("inference_networks", "bf_vae.amortizers")

from .cp_vae import CPVAE
from .fit_compiled import fit_compiled
from .up_vae import UPVAE

__all__ = ["CPVAE", "UPVAE", "fit_compiled"]
