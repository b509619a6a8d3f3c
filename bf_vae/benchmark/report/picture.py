"""The report's pictures."""

import io
from dataclasses import dataclass

import matplotlib.pyplot as plt
from PIL import Image
from tqdm.auto import tqdm

from ..cell import Cell
from ..methods import ENDS
from .figures import accuracy_against_budget, accuracy_against_time, pictured, posterior_figure
from .summary import across_budgets, summarize

TIME = (
    "Of observation 1 alone, as not every method was run on more; mean over runs, at the smallest "
    "timed budget of each method."
)
BUDGET = (
    "Methods with several budgets: mean over the observations and runs that all budgets of a "
    "method have."
)
COLORS = 64  # a third of the size


@dataclass(frozen=True)
class Picture:
    """One picture.

    Parameters
    ----------
    name : str
        Of its file, without the suffix.
    caption : str
    png : bytes
    cell : Cell or None
        Whose posterior it is.
    """

    name: str
    caption: str
    png: bytes
    cell: Cell | None


def pictures(store, progress_bar: bool) -> list[Picture]:
    """All that the store has figures or draws for.

    Parameters
    ----------
    store : ResultsStore
    progress_bar : bool
    """
    rows = store.results()
    of_first = summarize(rows[~rows["method"].isin(ENDS)], "paper")
    several = across_budgets(rows)
    # One at a time: there are dozens.
    to_draw = []
    if (of_first["metric"] == "train_seconds").any():
        to_draw.append(("c2st-against-time", TIME, None, accuracy_against_time, [of_first]))
    if len(several):
        means = summarize(several, "sbibm")
        to_draw.append(("c2st-against-budget", BUDGET, None, accuracy_against_budget, [means]))
    for cell, draws in pictured(store).items():
        name, caption = f"posterior-{cell.task}-{cell.method}", f"{cell}, beside the reference"
        to_draw.append((name, caption, cell, posterior_figure, [cell, draws]))
    return [
        Picture(name, caption, _png(draw(*arguments)), cell)
        for name, caption, cell, draw, arguments in tqdm(
            to_draw, desc="Pictures", disable=not progress_bar
        )
    ]


def _png(figure) -> bytes:
    """No date or version in it, so that the same store gives the same bytes."""
    drawn, small = io.BytesIO(), io.BytesIO()
    figure.savefig(drawn, format="png", dpi=70)
    plt.close(figure)
    # Not the median cut, which takes a rare color, as that of a dot, for another.
    few = Image.open(drawn).convert("RGB").quantize(COLORS, Image.Quantize.MAXCOVERAGE)
    few.save(small, "png", optimize=True)
    return small.getvalue()
