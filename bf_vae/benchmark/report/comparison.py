"""Our estimators beside the figures of others, under sbibm's protocol."""

import pandas as pd

from ...trainers.recipe import VAE_METHODS
from ..methods import ENDS, METHOD_NAMES
from .known_first import known_first
from .summary import summarize

BUDGET = 10_000  # of the anchors
OURS = ("cp-vae", "up-vae")
COLUMNS = (
    *("task", "method", "C2ST", "MMD", "training, s", "observations x runs", "sbibm's NPE"),
    *("best amortized published", "best peer here", "ours there"),
)
NO_PEERS = (*VAE_METHODS, "npe-prepared", "apt", *ENDS)
# Amortized methods that are not ours, nor get our preparation of the data.
PEERS = [m for m in METHOD_NAMES if m not in NO_PEERS]
NOT_MEASURED = "not measured"


def comparison(rows: pd.DataFrame, anchors: pd.DataFrame) -> pd.DataFrame:
    """One row per task and method, ``COLUMNS`` of text.

    The best peer here is the one with the lowest mean in the store, amortized and not one of ours.
    Peers and ours are compared, in the last two columns, on the observations that most peers of the
    task have; runs that lack one of them, as unfinished ones do, are left out there.

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
    body = []
    for task in known_first(rows["task"], npe.index):
        of_task = rows[rows["task"] == task]
        summary, matched = _wide(of_task), _wide(_matched(of_task))
        peers = matched[matched.index.isin(PEERS)]
        best_here, ours_there = NOT_MEASURED, {}
        if len(peers):
            first = peers.loc[peers["mean", "c2st"].idxmin()]
            best_here = f"{first['mean', 'c2st']:.3f} ({first.name}, {_counts(first)})"
            ours_there = matched["mean", "c2st"].map("{:.3f}".format)
        for method in OURS:
            if method not in summary.index:
                continue
            ours = summary.loc[method]
            mean = ours["mean"]
            figures = (f"{mean['c2st']:.3f}", f"{mean['mmd']:.4f}", f"{mean['train_seconds']:.0f}")
            published = (f"{of[task]:.3f}" if task in of else "" for of in (npe, best))
            here = best_here, ours_there.get(method, "")
            body.append((task, method, *figures, _counts(ours), *published, *here))
    return pd.DataFrame(body, columns=COLUMNS)


def _wide(rows):
    """The summary's columns for each metric, a row a method."""
    values = ["mean", "runs", "observations"]
    return summarize(rows, "sbibm").pivot_table(index="method", columns="metric", values=values)


def _matched(rows):
    """The observations that most peers have, of the runs that have all of them."""
    peers = rows[rows["method"].isin(PEERS)]
    count = peers.groupby("observation")["method"].nunique()
    common = count.index[count > peers["method"].nunique() / 2]
    rows = rows[rows["observation"].isin(common)]
    there = rows.groupby(["method", "seed"])["observation"].transform("nunique")
    return rows[there == len(common)]


def _counts(row):
    return f"{row['observations', 'c2st']:.0f} x {row['runs', 'c2st']:.0f}"
