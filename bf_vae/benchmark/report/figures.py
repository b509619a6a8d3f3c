"""The report's figures, from the store alone."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import EngFormatter, LogLocator, NullFormatter

from ...diagnostics import plot_posterior
from ...diagnostics.panels import panels
from ...simulators import TASK_NAMES, get_simulator
from ..cell import Cell
from ..cell_runner import PICTURED
from ..methods import METHOD_NAMES
from .summary import CELL

COLORS = dict(zip(METHOD_NAMES, plt.get_cmap("tab20").colors, strict=False))


def pictured_rows(rows):
    """The rows whose posteriors are pictured, of the smallest budget: the one all methods have."""
    seed, observation = PICTURED
    rows = rows[(rows["seed"] == seed) & (rows["observation"] == observation)]
    return rows[rows["budget"] == rows["budget"].min()]


def posterior_figures(store):
    """Pairs of each posterior whose draws were kept, beside the reference (Figures 3 to 5).

    One at a time, to be closed before the next: there are dozens.

    Yields
    ------
    method, task : str
    figure : matplotlib.figure.Figure
    """
    seed, observation = PICTURED
    rows = pictured_rows(store.results())
    for method, task, budget in rows[["method", "task", "budget"]].itertuples(index=False):
        draws = store.draws(Cell(method, task, budget, seed), observation)
        if draws is None:
            continue
        simulator = get_simulator(task)
        figure = plot_posterior(
            draws,
            simulator.reference_posterior(observation)[: len(draws)],
            truth=simulator.true_parameters(observation),
            support=simulator.support,
            names=simulator.parameter_names,
            labels=(method, "reference posterior"),
        )
        yield method, task, figure


def accuracy_against_time(summary):
    """C2ST against training time, a panel per task, at the smallest timed budget of each."""
    timed = summary.loc[summary["metric"] == "train_seconds", CELL]
    return _against(summary.merge(timed), _time_points, "training time, seconds")


def accuracy_against_budget(summary):
    """C2ST against the budget, a panel per task; of `across_budgets`."""
    return _against(summary, _budget_points, "simulations")


def _against(summary, points, label):
    tasks = [task for task in TASK_NAMES if task in set(summary["task"])]
    wide = summary.pivot_table(
        index=["task", "method", "budget"], columns="metric", values="mean"
    ).reset_index()
    figure, axes = panels(tasks)
    for task, axis in zip(tasks, axes, strict=True):
        for method in METHOD_NAMES:
            rows = wide[(wide["task"] == task) & (wide["method"] == method)]
            if len(rows):
                x, y = points(rows.sort_values("budget"))
                axis.plot(x, y, "o-", ms=5, lw=1, color=COLORS[method], label=method)
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
