"""The report's figures, from the store alone."""

import itertools

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import EngFormatter, LogLocator, NullFormatter

from ...diagnostics import plot_posterior
from ...diagnostics.panels import panels
from ...simulators import TASK_NAMES, get_simulator
from ..cell import Cell
from ..cell_runner import PICTURED
from ..methods import METHOD_NAMES
from .known_first import known_first
from .summary import CELL

COLORS = plt.get_cmap("tab20").colors


def pictured(store) -> dict[Cell, np.ndarray]:
    """The draws that were kept, of the smallest budget of each method on each task.

    Of sbibm's tasks alone: others have no reference posterior.
    """
    seed, observation = PICTURED
    rows = store.results()
    rows = rows[(rows["seed"] == seed) & (rows["observation"] == observation)]
    rows = rows[rows["task"].isin(TASK_NAMES)]
    rows = rows[rows["budget"] == rows.groupby(["method", "task"])["budget"].transform("min")]
    cells = (Cell(*key, seed) for key in rows[CELL].itertuples(index=False))
    draws = {cell: store.draws(cell, observation) for cell in cells}
    return {cell: kept for cell, kept in draws.items() if kept is not None}


def posterior_figure(cell, draws):
    """Pairs of a posterior beside the reference (Figures 3 to 5)."""
    _, observation = PICTURED
    simulator = get_simulator(cell.task)
    return plot_posterior(
        draws,
        simulator.reference_posterior(observation)[: len(draws)],
        truth=simulator.true_parameters(observation),
        support=simulator.support,
        names=simulator.parameter_names,
        labels=(cell.method, "reference posterior"),
    )


def accuracy_against_time(summary):
    """C2ST against training time, a panel per task, at the smallest timed budget of each."""
    timed = summary.loc[summary["metric"] == "train_seconds", CELL]
    return _against(summary.merge(timed), _time_points, "training time, seconds")


def accuracy_against_budget(summary):
    """C2ST against the budget, a panel per task; of `across_budgets`."""
    return _against(summary, _budget_points, "simulations")


def _against(summary, points, label):
    tasks = known_first(summary["task"], TASK_NAMES)
    methods = known_first([*METHOD_NAMES, *summary["method"]], METHOD_NAMES)
    wide = summary.pivot_table(
        index=["task", "method", "budget"], columns="metric", values="mean"
    ).reset_index()
    figure, axes = panels(tasks)
    for task, axis in zip(tasks, axes, strict=True):
        for method, color in zip(methods, itertools.cycle(COLORS), strict=False):
            rows = wide[(wide["task"] == task) & (wide["method"] == method)]
            if len(rows):
                x, y = points(rows.sort_values("budget"))
                axis.plot(x, y, "o-", ms=5, lw=1, color=color, label=method)
        axis.axhline(0.5, color="0.7", lw=0.8, zorder=0)
        axis.set_xscale("log")
        axis.xaxis.set_major_locator(LogLocator(subs=(1, 3)))
        axis.xaxis.set_major_formatter(EngFormatter(sep=""))
        axis.xaxis.set_minor_formatter(NullFormatter())
        axis.set_ylim(0.48, wide["c2st"].max() + 0.02)
        axis.set_xlabel(label, fontsize=8)
        axis.set_ylabel("C2ST", fontsize=8)
    handles = {}
    for axis in axes:
        handles |= dict(zip(*axis.get_legend_handles_labels()[::-1], strict=True))
    if handles:
        figure.legend(
            handles.values(), handles.keys(), loc="outside lower center", ncols=4, fontsize=8
        )
    return figure


def _time_points(rows):
    first = rows.iloc[:1]
    # Methods that do not train have no place on a logarithmic axis but its edge.
    return np.maximum(first["train_seconds"], 0.1), first["c2st"]


def _budget_points(rows):
    return rows["budget"], rows["c2st"]
