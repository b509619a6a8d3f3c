"""Which dimensions of the latent a trained amortizer uses."""

import numpy as np
import pandas as pd
import tensorflow as tf
import tensorflow_probability as tfp

from ..networks.priors import AutoregressiveMixture

tfd = tfp.distributions

# Below this many nats, encoder and prior agree: the dimension carries nothing of theta.
UNUSED = 0.01
# Simulations that are encoded at a time.
BLOCK = 1000


def latent_use(amortizer, simulations, num_draws: int = 8, seed: int = 0) -> pd.DataFrame:
    """KL divergence of the encoder from the prior, split by latent dimension.

    The divergence of the marginals, ``E_q [log q(z_j | theta, y) - log p(z_j | y)]``, or for an
    autoregressive prior of its factors, ``p(z_j | z_1, ..., z_{j-1}, y)``, averaged over
    simulations; a closed form for Gaussian priors, an average over draws for the others. For
    Gaussian and autoregressive priors the dimensions sum to the loss' KL term, for mixtures, whose
    dimensions depend on each other, they do not in general.

    Parameters
    ----------
    amortizer : CPVAEAmortizer or UPVAEAmortizer
        Built, or trained.
    simulations : dict
        As for training: ``parameters`` (n, d) and the data.
    num_draws : int, optional, default: 8
        Latent draws per simulation, for priors that are no Gaussians.
    seed : int, optional, default: 0

    Returns
    -------
    pandas.DataFrame
        One row a member and latent dimension (columns ``member`` and ``dimension``, from 1), with
        ``kl`` in nats and ``used``, whether it is above 0.01 nats.

    Raises
    ------
    ValueError
        For wrong keys or shapes, NaN or infinity, or parameters outside the support.
    """
    inputs = amortizer.check_simulations(simulations)
    n = int(inputs["parameters"].shape[0])
    total = 0.0
    for start in range(0, n, BLOCK):
        block = {k: v[start : start + BLOCK] for k, v in inputs.items()}
        total = total + _kl_sum(amortizer, block, num_draws, [seed, start])
    kl = (total / n).numpy()
    members, size = kl.shape
    return pd.DataFrame(
        {
            "member": np.repeat(np.arange(1, members + 1), size),
            "dimension": np.tile(np.arange(1, size + 1), members),
            "kl": kl.ravel(),
            "used": kl.ravel() > UNUSED,
        }
    )


def _kl_sum(amortizer, inputs, num_draws, seed):
    """Sum over simulations, shape (members, latent_dim)."""
    q, p = amortizer.network.latent_distributions(
        inputs["parameters"], amortizer.data_summary(inputs)[1]
    )
    q = _marginals(q)
    if isinstance(p, tfd.Independent):
        kl = q.kl_divergence(_marginals(p))
    else:
        z = q.sample(num_draws, seed=tf.constant(seed))
        p = p.factors(z) if isinstance(p, AutoregressiveMixture) else _marginals(p)
        kl = tf.reduce_mean(q.log_prob(z) - p.log_prob(z), axis=0)
    return tf.reduce_sum(kl, axis=1)


def _marginals(distribution):
    """One-dimensional marginals of a diagonal Gaussian or a mixture of them, as a batch."""
    if isinstance(distribution, tfd.Independent):
        return distribution.distribution
    components = distribution.components_distribution.distribution
    # (members, batch, components, l) to (members, batch, l, components)
    loc, scale = (tf.linalg.matrix_transpose(v) for v in (components.loc, components.scale))
    weights = distribution.mixture_distribution.logits[..., tf.newaxis, :]
    return tfd.MixtureSameFamily(tfd.Categorical(logits=weights), tfd.Normal(loc, scale))
