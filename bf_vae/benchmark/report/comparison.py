"""Our estimators beside the figures of others, under sbibm's protocol."""

import pandas as pd

from ..methods import METHOD_NAMES
from ..methods.vae import VAE_METHODS
from .markdown import markdown_table

BUDGET = 10_000  # of the anchors
COLUMNS = (
    *("task", "method", "C2ST", "MMD", "training, s", "observations x runs", "sbibm's NPE"),
    *("best amortized published", "best peer here"),
)
# Amortized methods that are not ours.
PEERS = [m for m in METHOD_NAMES if m not in (*VAE_METHODS, "apt", "prior", "reference")]


def comparison(summary: pd.DataFrame, anchors: pd.DataFrame, methods=("cp-vae", "up-vae")) -> str:
    """Markdown table, a row per task and method.

    The best peer here is the one with the lowest mean in the store, amortized and not one of ours.

    Parameters
    ----------
    summary : pandas.DataFrame
        Of `summarize`.
    anchors : pandas.DataFrame
        Of `published_figures.anchors`.
    methods : sequence of str, optional
    """
    npe = anchors[anchors["method"] == "NPE"].set_index("task")["c2st"]
    best = anchors[anchors["method"].str.startswith("best amortized")].set_index("task")["c2st"]
    wide = summary[summary["budget"] == BUDGET].pivot_table(
        index=["task", "method"], columns="metric", values=["mean", "runs", "observations"]
    )

    def counted(ours):
        return f"{ours['observations', 'c2st']:.0f} x {ours['runs', 'c2st']:.0f}"

    def best_peer(task):
        peers = wide.loc[task].reindex(PEERS).dropna(how="all")
        if peers.empty:
            return "not measured"
        first = peers.loc[peers["mean", "c2st"].idxmin()]
        return f"{first['mean', 'c2st']:.3f} ({first.name}, {counted(first)})"

    rows = []
    for task in npe.index:
        for method in methods:
            if (task, method) not in wide.index:
                continue
            ours = wide.loc[task, method]
            mean = ours["mean"]
            figures = (f"{mean['c2st']:.3f}", f"{mean['mmd']:.4f}", f"{mean['train_seconds']:.0f}")
            others = (f"{npe[task]:.3f}", f"{best[task]:.3f}", best_peer(task))
            rows.append((task, method, *figures, counted(ours), *others))
    return markdown_table(COLUMNS, rows)
