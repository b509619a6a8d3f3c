"""KL divergence by latent dimension."""

import matplotlib.pyplot as plt
import numpy as np

from .latent_use import UNUSED
from .panels import OTHER, OURS


def plot_latent_use(table):
    """Bars of the KL term of each latent dimension, the most used first; unused ones are grey.

    Parameters
    ----------
    table : pandas.DataFrame
        Of `latent_use`. Members are side by side, each in the order of its own.

    Returns
    -------
    matplotlib.figure.Figure
    """
    members = sorted(set(table["member"]))
    width = max(2.8, 0.4 * table["dimension"].nunique())
    figure, axes = plt.subplots(
        1,
        len(members),
        figsize=(width * len(members), 2.8),
        squeeze=False,
        sharey=True,
        layout="constrained",
    )
    for axis, member in zip(axes.flat, members, strict=True):
        rows = table[table["member"] == member].sort_values("kl", ascending=False)
        positions = np.arange(len(rows))
        axis.bar(positions, rows["kl"], color=np.where(rows["used"], OURS, OTHER))
        axis.axhline(UNUSED, color="black", lw=0.6, ls="--")
        axis.set_xticks(positions, [f"z_{i}" for i in rows["dimension"]], fontsize=8)
        if len(members) > 1:
            axis.set_title(f"member {member}", fontsize=9)
    axes[0, 0].set_ylabel("KL, nats", fontsize=8)
    return figure
