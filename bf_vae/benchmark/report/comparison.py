"""Our estimators beside the figures of others, under sbibm's protocol."""

import pandas as pd

from .markdown import markdown_table

BUDGET = 10_000  # of the anchors
COLUMNS = (
    *("task", "method", "C2ST", "MMD", "training, s", "observations x runs", "sbibm's NPE"),
    "best amortized known",
)


def comparison(summary: pd.DataFrame, anchors: pd.DataFrame, methods=("cp-vae", "up-vae")) -> str:
    """Markdown table, a row per task and method.

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
    rows = []
    for task in npe.index:
        for method in methods:
            if (task, method) not in wide.index:
                continue
            ours = wide.loc[task, method]
            mean = ours["mean"]
            count = f"{ours['observations', 'c2st']:.0f} x {ours['runs', 'c2st']:.0f}"
            figures = (f"{mean['c2st']:.3f}", f"{mean['mmd']:.4f}", f"{mean['train_seconds']:.0f}")
            others = (f"{npe[task]:.3f}", f"{best[task]:.3f}")
            rows.append((task, method, *figures, count, *others))
    return markdown_table(COLUMNS, rows)
