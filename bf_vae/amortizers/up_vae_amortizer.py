"""UP-VAE behind BayesFlow 1.x's amortizer interface."""

from ..networks import UnconditionalPriorVAE
from ..networks.serialization import serializable
from .vae_amortizer import VAEAmortizer


@serializable
class UPVAEAmortizer(VAEAmortizer):
    """Amortized posterior ``p(theta | y)`` by an unconditional prior VAE.

    Inputs, and what happens to them, as for `CPVAEAmortizer`.

    Parameters
    ----------
    summary_net : keras.Layer, optional
        Maps the data to (batch, summaries), trained end to end.
    name : str, optional
    **network_options
        Arguments of `UnconditionalPriorVAE`: ``support``, ``data_weight``, ``preset``, ...

    References
    ----------
    Variational Autoencoders for Efficient Simulation-Based Inference, arXiv 2411.14511,
    equation 10.
    """

    network_class = UnconditionalPriorVAE
