"""Our estimators beside the figures of others, under sbibm's protocol."""

import pandas as pd

from ...trainers.recipe import VAE_METHODS
from ..methods import METHOD_NAMES
from .summary import summarize

BUDGET = 10_000  # of the anchors
OURS = ("cp-vae", "up-vae")
COLUMNS = (
    *("task", "method", "C2ST", "MMD", "training, s", "observations x runs", "sbibm's NPE"),
    *("best amortized published", "best peer here", "ours there"),
)
NO_PEERS = (*VAE_METHODS, "npe-prepared", "apt", "prior", "reference")
# Amortized methods that are not ours, nor get our preparation of the data.
PEERS = [m for m in METHOD_NAMES if m not in NO_PEERS]
NOT_MEASURED = "not measured"


def comparison(rows: pd.DataFrame, anchors: pd.DataFrame) -> pd.DataFrame:
    """One row per task and method, ``COLUMNS`` of text.

    The best peer here is the one with the lowest mean in the store, amortized and not one of ours.
    Peers and ours are compared, in the last two columns, on the observations that all of them have.

    Parameters
    ----------
    rows : pandas.DataFrame
        `ResultsStore.results`.
    anchors : pandas.DataFrame
        Of `published_figures.anchors`.
    """
    rows = rows[(rows["budget"] == BUDGET) & rows["method"].isin([*OURS, *PEERS])]
    npe = anchors[anchors["method"] == "NPE"].set_index("task")["c2st"]
    best = anchors[anchors["method"].str.startswith("best amortized")].set_index("task")["c2st"]
    tasks = rows["task"].unique()
    body = []
    for task in sorted(tasks, key=[*npe.index, *tasks].index):
        of_task = rows[rows["task"] == task]
        summary, common = _wide(of_task), _common_observations(of_task)
        matched = _wide(of_task[of_task["observation"].isin(common)])
        peers = matched[matched.index.isin(PEERS)]
        for method in OURS:
            if method not in summary.index:
                continue
            ours = summary.loc[method]
            mean = ours["mean"]
            figures = (f"{mean['c2st']:.3f}", f"{mean['mmd']:.4f}", f"{mean['train_seconds']:.0f}")
            published = (f"{of[task]:.3f}" if task in of else "" for of in (npe, best))
            here = NOT_MEASURED, ""
            if len(peers) and method in matched.index:
                first = peers.loc[peers["mean", "c2st"].idxmin()]
                here = (
                    f"{first['mean', 'c2st']:.3f} ({first.name}, {_counts(first)})",
                    f"{matched.loc[method, ('mean', 'c2st')]:.3f}",
                )
            body.append((task, method, *figures, _counts(ours), *published, *here))
    return pd.DataFrame(body, columns=COLUMNS)


def _wide(rows):
    """The summary's columns for each metric, a row a method."""
    values = ["mean", "runs", "observations"]
    return summarize(rows, "sbibm").pivot_table(index="method", columns="metric", values=values)


def _common_observations(rows):
    methods = rows.groupby("observation")["method"].nunique()
    return methods.index[methods == rows["method"].nunique()]


def _counts(row):
    return f"{row['observations', 'c2st']:.0f} x {row['runs', 'c2st']:.0f}"
