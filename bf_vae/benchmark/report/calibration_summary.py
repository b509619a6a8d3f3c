"""Calibration of all cells in one table."""

import pandas as pd

LEVELS = (50, 80, 95)


def calibration_summary(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per method, task and budget; means over parameters and runs.

    Parameters
    ----------
    rows : pandas.DataFrame
        `ResultsStore.calibration`.

    Returns
    -------
    pandas.DataFrame
        Columns method, task, budget, runs, calibrated ("9 of 10": verdicts over parameters and
        runs), and coverage_50, coverage_80, coverage_95.
    """
    coverages = [f"coverage_{level}" for level in LEVELS]
    columns = ["method", "task", "budget", "runs", "calibrated", *coverages]
    if rows.empty:
        return pd.DataFrame(columns=columns)
    groups = rows.groupby(["method", "task", "budget"], sort=False)
    summary = groups[coverages].mean()
    summary["runs"] = groups["seed"].nunique()
    good = (rows["verdict"] == "calibrated").groupby([rows[c] for c in columns[:3]], sort=False)
    summary["calibrated"] = good.sum().astype(str) + " of " + good.size().astype(str)
    return summary.reset_index()[columns]
