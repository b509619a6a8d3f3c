"""Figures of the paper and of others, to stand beside those of the store."""

from importlib.resources import files

import pandas as pd

# The paper's names of metrics and methods, and ours. Its VAEs are our preset="paper".
METRICS = {"c2st": "c2st", "mmd": "mmd", "training_time": "train_seconds"}
METHODS = {"cp_vae": "cp-vae-paper", "up_vae": "up-vae-paper"}


def paper_figures() -> pd.DataFrame:
    """Tables 1 to 3 of the paper: metric, task, budget, method, mean, std, in our names.

    The unit of its training times is not known: only their ratios mean something.
    """
    figures = _read("paper.csv")
    figures["metric"] = figures["metric"].map(METRICS)
    figures["method"] = figures["method"].replace(METHODS)
    return figures


def anchors() -> pd.DataFrame:
    """C2ST of others at a budget of 10,000: task, method, c2st, protocol, source."""
    return _read("anchors.csv")


def _read(name) -> pd.DataFrame:
    with (files(f"{__package__}.published") / name).open() as file:
        return pd.read_csv(file)
