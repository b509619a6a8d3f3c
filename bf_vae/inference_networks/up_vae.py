"""UP-VAE as an inference network of BayesFlow 2."""

from ..networks import UnconditionalPriorVAE
from ..networks.serialization import serializable
from .vae_inference_network import VAEInferenceNetwork


@serializable
class UPVAE(VAEInferenceNetwork):
    """Unconditional prior VAE, to be used where ``bayesflow.networks.CouplingFlow`` goes.

    Parameters
    ----------
    seed : int, optional
    name : str, optional
    **network_options
        Arguments of `UnconditionalPriorVAE`; on ``support`` see `CPVAE`.
    """

    network_class = UnconditionalPriorVAE
