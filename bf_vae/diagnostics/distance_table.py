"""C2ST and MMD between posterior draws and references, over observations."""

import pandas as pd

from .c2st import c2st
from .mmd import mmd


def distance_table(samples, references, names=None) -> pd.DataFrame:
    """Distance of each observation's posterior draws from the reference posterior.

    Parameters
    ----------
    samples : sequence of array-like of shape (n, d)
        Draws, one array an observation.
    references : sequence of array-like of shape (m, d)
        Draws of the reference posteriors, in the same order.
    names : list of str, optional
        Of the observations. Default: 1, 2, ...

    Returns
    -------
    pandas.DataFrame
        Indexed by observation, with a last row "mean": ``C2ST`` (0.5 is best) and ``MMD`` (0 is
        best); see `c2st` and `mmd`.

    Raises
    ------
    ValueError
        If there are none, their numbers differ, or a pair of samples does not fit.
    """
    samples, references = list(samples), list(references)
    names = list(range(1, len(samples) + 1)) if names is None else list(names)
    if not samples or not len(samples) == len(references) == len(names):
        raise ValueError(
            f"Give as many samples as references and names, got {len(samples)}, {len(references)} "
            f"and {len(names)}."
        )
    rows = [
        {"C2ST": c2st(reference, draws), "MMD": mmd(reference, draws)}
        for draws, reference in zip(samples, references, strict=True)
    ]
    table = pd.DataFrame(rows, index=pd.Index(names, name="observation"))
    table.loc["mean"] = table.mean()
    return table
