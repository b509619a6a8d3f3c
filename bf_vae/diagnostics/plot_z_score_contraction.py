"""Posterior z-scores over posterior contraction."""

from .panels import OTHER, OURS, panels


def plot_z_score_contraction(table):
    """One panel a parameter: points to the right are well determined, within the band well placed.

    Parameters
    ----------
    table : pandas.DataFrame
        Of `z_score_contraction`.

    Returns
    -------
    matplotlib.figure.Figure

    References
    ----------
    Schad, Betancourt and Vasishth (2021), Toward a principled Bayesian workflow in cognitive
    science, Psychological Methods 26, figure 5.
    """
    names = list(dict.fromkeys(table["parameter"]))
    figure, axes = panels(names, sharex=True, sharey=True)
    for axis, name in zip(axes, names, strict=True):
        rows = table[table["parameter"] == name]
        # 95 % of standard normal z-scores.
        axis.axhspan(-1.96, 1.96, color=OTHER, alpha=0.4, lw=0)
        axis.plot(rows["contraction"], rows["z_score"], ".", ms=3, alpha=0.5, color=OURS)
        axis.set_xlabel("contraction", fontsize=8)
    axes[0].set_xlim(min(0.0, table["contraction"].quantile(0.01)) - 0.05, 1.05)
    axes[0].set_ylabel("z-score", fontsize=8)
    return figure
