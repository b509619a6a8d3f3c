"""The paper's Tables 1 to 3: a row per method, a column per task and budget."""

from dataclasses import dataclass

import pandas as pd

from ...simulators import TASK_NAMES
from ..methods import METHOD_NAMES
from .known_first import known_first
from .markdown import markdown_table

MISSING = "–"


@dataclass(frozen=True)
class Entry:
    """One cell of a table.

    Parameters
    ----------
    text : str
        Mean and spread, or a dash.
    value : float or None
        To sort by.
    paper : str
        The paper's figure, or nothing.
    observations, runs : int
        How many it is a mean of.
    """

    text: str = MISSING
    value: float | None = None
    paper: str = ""
    observations: int = 0
    runs: int = 0

    @property
    def coverage(self) -> str:
        """Observations and runs in words, or nothing."""
        return f"{self.observations} obs. x {self.runs} runs" if self.runs else ""

    def __str__(self):
        counts = f" [{self.observations} x {self.runs}]" if self.runs else ""
        paper = f" ({self.paper})" if self.paper else ""
        return f"{self.text}{counts}{paper}"


def entries(summary: pd.DataFrame, paper: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Table of one metric.

    Parameters
    ----------
    summary : pandas.DataFrame
        Of `summarize`.
    paper : pandas.DataFrame
        Of `paper_figures`; empty to leave it out.
    metric : {"c2st", "mmd", "train_seconds"}

    Returns
    -------
    pandas.DataFrame of Entry
        Indexed by method, columns (task, budget). What nobody measured is an empty entry.
    """
    ours = summary[summary["metric"] == metric].set_index(["method", "task", "budget"])
    theirs = paper[paper["metric"] == metric].set_index(["method", "task", "budget"])
    keys = set(ours.index) | set(theirs.index)
    methods = known_first((key[0] for key in keys), METHOD_NAMES)
    tasks = known_first((key[1] for key in keys), TASK_NAMES)
    columns = sorted({key[1:] for key in keys}, key=lambda c: (tasks.index(c[0]), c[1]))

    def entry(key):
        published = ""
        if key in theirs.index:
            published = _spread(theirs.loc[key, "mean"], theirs.loc[key, "std"], metric)
        if key not in ours.index:
            return Entry(paper=published)
        row = ours.loc[key]
        text = _spread(row["mean"], row["std"], metric)
        counts = int(row["observations"]), int(row["runs"])
        return Entry(text, float(row["mean"]), published, *counts)

    table = pd.DataFrame(
        {column: [entry((method, *column)) for method in methods] for column in columns},
        index=pd.Index(methods, name="method"),
    )
    table.columns = pd.MultiIndex.from_tuples(columns, names=["task", "budget"]) if columns else []
    return table


def _spread(mean, std, metric) -> str:
    digits = {"c2st": 3, "mmd": 4, "train_seconds": 0 if mean >= 10 else 1}[metric]
    spread = f" ± {std:.{digits}f}" if pd.notna(std) else ""
    return f"{mean:.{digits}f}{spread}"


def as_markdown(table: pd.DataFrame) -> str:
    """A table of one budget after the other, methods down and tasks across."""
    parts = []
    for budget in sorted(set(table.columns.get_level_values("budget"))):
        part = table.xs(budget, axis=1, level="budget")
        rows = ((method, *row) for method, row in zip(part.index, part.to_numpy(), strict=True))
        parts.append(f"Budget {budget:,}\n\n" + markdown_table(["method", *part.columns], rows))
    return "\n\n".join(parts)
