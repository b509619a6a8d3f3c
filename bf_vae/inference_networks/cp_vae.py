"""CP-VAE as an inference network of BayesFlow 2."""

from ..networks import ConditionalPriorVAE
from ..networks.serialization import serializable
from .vae_inference_network import VAEInferenceNetwork


@serializable
class CPVAE(VAEInferenceNetwork):
    """Conditional prior VAE, to be used where ``bayesflow.networks.CouplingFlow`` goes.

    Parameters
    ----------
    seed : int, optional
    name : str, optional
    **network_options
        Arguments of `ConditionalPriorVAE`: ``prior``, ``decoder``, ``preset``, ... Its ``support``
        is in the units that reach the network, so with ``BasicWorkflow`` give ``standardize=None``
        beside it: the network standardizes inside. Or leave bounds to ``Adapter.constrain``.

    Examples
    --------
    >>> import bayesflow as bf, bf_vae
    >>> workflow = bf.BasicWorkflow(
    ...     simulator=bf_vae.simulators.TwoMoons(),
    ...     inference_network=bf_vae.CPVAE(),
    ...     inference_variables=["parameters"],
    ...     inference_conditions=["observables"],
    ... )
    """

    network_class = ConditionalPriorVAE
