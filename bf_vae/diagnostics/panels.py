"""A grid of panels, one a parameter, and the colors of all plots."""

import matplotlib.pyplot as plt

COLUMNS = 5
OURS, OTHER = "#132a70", "#b0b0b0"


def panels(names: list[str], size=(2.6, 2.2), **options):
    """A figure with a titled panel for each name, at most five in a row.

    Parameters
    ----------
    names : list of str
    size : (float, float), optional
        Width and height of a panel, in inches.
    **options
        Of `matplotlib.pyplot.subplots`.

    Returns
    -------
    figure : matplotlib.figure.Figure
    axes : list of matplotlib.axes.Axes
    """
    columns = min(COLUMNS, len(names))
    rows = -(-len(names) // columns)
    figure, grid = plt.subplots(
        rows,
        columns,
        figsize=(size[0] * columns, size[1] * rows),
        squeeze=False,
        layout="constrained",
        **options,
    )
    axes = list(grid.flat)
    for axis in axes[len(names) :]:
        axis.set_visible(False)
    axes = axes[: len(names)]
    for axis, name in zip(axes, names, strict=True):
        axis.set_title(name, fontsize=9)
        axis.tick_params(labelsize=8)
    return figure, axes
