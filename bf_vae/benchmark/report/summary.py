"""Means and spreads of the store's rows, under the paper's protocol and sbibm's."""

import pandas as pd

# The observations of each protocol: the paper evaluates one, sbibm ten.
PROTOCOLS = {"paper": (1,), "sbibm": tuple(range(1, 11))}
METRICS = {
    "c2st": "C2ST (0.5 is best)",
    "mmd": "MMD (0 is best)",
    "train_seconds": "Training time, seconds",
}
CELL = ["method", "task", "budget"]


def summarize(rows: pd.DataFrame, protocol: str) -> pd.DataFrame:
    """One row per method, task, budget and metric.

    Of a cell's runs those count that have most of the protocol's observations: means over ten
    observations and over one are not the same thing.

    Parameters
    ----------
    rows : pandas.DataFrame
        `ResultsStore.results`.
    protocol : {"paper", "sbibm"}

    Returns
    -------
    pandas.DataFrame
        Columns method, task, budget, metric, mean (over runs), std (over runs, NaN for one), runs,
        observations. No row for a metric that no run has.
    """
    rows = rows[rows["observation"].isin(PROTOCOLS[protocol])]
    columns = [*CELL, "metric", "mean", "std", "runs", "observations"]
    if rows.empty:
        return pd.DataFrame(columns=columns)
    counts = rows.groupby([*CELL, "seed"])["observation"].transform("nunique")
    rows = rows[counts == counts.groupby([rows[c] for c in CELL]).transform("max")]
    runs = rows.groupby([*CELL, "seed"])[list(METRICS)].mean()
    groups = runs.groupby(CELL)
    counts = rows.groupby([*CELL, "seed"])["observation"].nunique().groupby(CELL).min()
    parts = [
        pd.DataFrame(
            {
                "metric": metric,
                "mean": groups[metric].mean(),
                "std": groups[metric].std(),
                "runs": groups[metric].count(),
                "observations": counts,
            }
        ).reset_index()
        for metric in METRICS
    ]
    summary = pd.concat(parts, ignore_index=True)[columns]
    return summary[summary["runs"] > 0].reset_index(drop=True)


def across_budgets(rows: pd.DataFrame) -> pd.DataFrame:
    """Of methods with several budgets, the observations and runs that all their budgets have."""
    of_method, of_row = (
        rows.groupby(by)["budget"].transform("nunique")
        for by in (["method", "task"], ["method", "task", "seed", "observation"])
    )
    return rows[(of_method > 1) & (of_row == of_method)]
