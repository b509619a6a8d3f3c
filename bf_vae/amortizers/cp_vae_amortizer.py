"""CP-VAE behind BayesFlow 1.x's amortizer interface."""

from ..networks import ConditionalPriorVAE
from ..networks.serialization import serializable
from .vae_amortizer import VAEAmortizer


@serializable
class CPVAEAmortizer(VAEAmortizer):
    """Amortized posterior ``p(theta | y)`` by a conditional prior VAE.

    Inputs are dictionaries with ``parameters``, shape (batch, d), and data: ``observables`` (or, in
    1.x terms, ``summary_conditions``), shape (batch, ..., features), and optionally
    ``direct_conditions``, shape (batch, features), which bypass the summary network. Parameters and
    data are standardized inside; everything is saved with the model.

    Parameters
    ----------
    summary_net : keras.Layer, optional
        Maps the data to (batch, summaries), trained end to end. Needed for sets, time series and
        images; without it the data are used as they are.
    name : str, optional
    **network_options
        Arguments of `ConditionalPriorVAE`: ``support``, ``prior``, ``decoder``, ``preset``, ...

    Examples
    --------
    >>> from bf_vae import CPVAEAmortizer, Trainer
    >>> from bf_vae.simulators import TwoMoons
    >>> simulator = TwoMoons()
    >>> amortizer = CPVAEAmortizer(support=simulator.support)
    >>> trainer = Trainer(amortizer, generative_model=simulator, default_lr=4e-3)
    >>> history = trainer.train_offline(
    ...     simulator.sample(10_000), epochs=200, batch_size=128, early_stopping=True,
    ...     validation_sims=0.1,
    ... )
    >>> theta = amortizer.sample({"observables": simulator.observation(1)}, n_samples=10_000)

    References
    ----------
    Variational Autoencoders for Efficient Simulation-Based Inference, arXiv 2411.14511, equation 6.
    """

    network_class = ConditionalPriorVAE
