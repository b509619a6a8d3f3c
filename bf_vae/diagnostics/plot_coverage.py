"""Nominal against empirical coverage."""

import matplotlib.pyplot as plt
from scipy import stats

from .arguments import check_probabilities
from .panels import OTHER, OURS


def plot_coverage(table, num_datasets: int, level: float = 0.95):
    """Coverage of credible regions over their level; calibrated posteriors follow the diagonal.

    Below the diagonal regions are too small (overconfident), above it too large.

    Parameters
    ----------
    table : pandas.DataFrame
        Of `coverage`, `highest_density_coverage` or `tarp_coverage`: a row a level, a line a
        column. Tables of the same levels may be joined.
    num_datasets : int
        Behind each share.
    level : float, optional, default: 0.95
        Of the grey band, in which the coverage of an exact posterior lies at any one level.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        For a level outside of (0, 1).

    References
    ----------
    Hermans et al. (2022), arXiv 2110.06581; Lemos et al. (2023), arXiv 2302.03026.
    """
    check_probabilities(level, "level")
    figure, axis = plt.subplots(figsize=(4.2, 4.2), layout="constrained")
    levels = table.index.to_numpy()
    lower, upper = stats.binom(num_datasets, levels).interval(level)
    axis.fill_between(
        levels, lower / num_datasets, upper / num_datasets, color=OTHER, alpha=0.4, lw=0
    )
    axis.plot([0, 1], [0, 1], color="black", lw=0.6, ls="--")
    # One colour as everywhere here, where there is only one line to tell apart.
    single = {"color": OURS} if table.shape[1] == 1 else {}
    for name in table:
        axis.plot(levels, table[name], lw=1.5, marker=".", ms=4, label=name, **single)
    axis.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")
    axis.set_xlabel("nominal level")
    axis.set_ylabel("share of truths in the region")
    axis.legend(frameon=False, fontsize=8, loc="upper left", ncols=-(-table.shape[1] // 10))
    return figure
