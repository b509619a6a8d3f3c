"""What the encoder makes of the latent, over its prior."""

import matplotlib.pyplot as plt
import numpy as np

from .panels import OTHER, OURS
from .samples import two_samples


def plot_latent_space(z, z_prior):
    """The two latents that vary most: encoder draws over draws of their prior.

    Parameters
    ----------
    z, z_prior : np.ndarray of shape (n, latent_dim)
        ``z ~ q(z | theta, y)`` and ``z ~ p(z | y)`` (or ``p(z)``), for the same simulations.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    TypeError
        For a dictionary of draws.
    ValueError
        If the shapes differ or are not two-dimensional, or for NaN or infinity.
    """
    z, z_prior = two_samples(z, z_prior, ("encoder sample", "prior sample"))
    if len(z) != len(z_prior):
        raise ValueError(f"{len(z)} encoder draws and {len(z_prior)} of the prior: give as many.")
    most = np.argsort(-np.var(z, axis=0))[:2]
    pair = np.resize(most, 2)
    figure, axis = plt.subplots(figsize=(4.5, 4.5), layout="constrained")
    axis.plot(*z_prior[:, pair].T, ".", ms=3, color=OTHER, label="prior p(z | y)")
    axis.plot(*z[:, pair].T, ".", ms=3, color=OURS, alpha=0.6, label="encoder q(z | theta, y)")
    axis.set_xlabel(f"z_{pair[0] + 1}")
    axis.set_ylabel(f"z_{pair[1] + 1}")
    axis.legend(frameon=False)
    return figure
