"""``bf-vae benchmark``: a sweep over methods, tasks, budgets and runs."""

import math
import re
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from ..benchmark import CellOptions, left, plan, sweep
from ..benchmark.evaluation import NUM_SAMPLES
from ..benchmark.methods import METHOD_NAMES
from ..benchmark.store import DEFAULT_FOLDER
from ..simulators import TASK_NAMES
from .application import (
    app,
    comma_separated,
    console,
    named_folder,
    reported_errors,
    shows_progress,
)
from .spaced_lists import SpacedLists


@app.command(cls=SpacedLists)
def benchmark(
    methods: Annotated[str, typer.Option(help="Names, or all.")] = "cp-vae,up-vae",
    tasks: Annotated[str, typer.Option(help="sbibm's names, or all.")] = "all",
    budgets: Annotated[str, typer.Option(help="Simulations each.")] = "10000",
    runs: Annotated[int, typer.Option(min=1, help="Seeds 0, 1, ...")] = 1,
    observations: Annotated[str, typer.Option(help="Such as 1 or 1,2 or 1..10.")] = "1..10",
    folder: Annotated[
        Path,
        typer.Option(help="Folder of the results store.", parser=named_folder, metavar="PATH"),
    ] = DEFAULT_FOLDER,
    backend: Annotated[str, typer.Option(help="loky or dask.")] = "loky",
    workers: Annotated[
        int, typer.Option(min=1, help="Processes. Cells take turns without --allow-contention.")
    ] = 1,
    scheduler: Annotated[str | None, typer.Option(help="Dask's: tcp://host:port.")] = None,
    allow_contention: Annotated[
        bool,
        typer.Option(help="Cells side by side on one machine: times include each other's load."),
    ] = False,
    retry_failed: Annotated[bool, typer.Option(help="Try cells again that failed.")] = False,
    samples: Annotated[
        int, typer.Option(min=10, max=NUM_SAMPLES, help="Posterior draws.")
    ] = NUM_SAMPLES,
    epochs: Annotated[int | None, typer.Option(min=1, help="At most, for a trial.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar.")] = False,
):
    """Train and evaluate what the results store is missing; start again after any interruption.

    Lists are separated by commas or spaces.
    """
    with reported_errors():
        if _is_kept(folder) and (epochs or samples < NUM_SAMPLES):
            raise ValueError(
                "Trial runs (--epochs, --samples) would count as results: give them a --folder."
            )
        cells = plan(
            METHOD_NAMES if methods == "all" else comma_separated(methods),
            TASK_NAMES if tasks == "all" else comma_separated(tasks),
            [_number(budget) for budget in comma_separated(budgets)],
            runs,
        )
        observed = _observations(observations)
        options = CellOptions(
            str(folder), observed, samples, epochs, allow_contention, retry_failed
        )
        to_do = left(cells, options)
        failed_before = len(left(cells, replace(options, retry_failed=True))) - len(to_do)
        with _progress(len(to_do), quiet) as advance:
            outcomes = sweep(to_do, options, backend, workers, scheduler, advance)
    table = Table(title=f"{len(cells)} cells, results in {folder}")
    table.add_column("cells")
    table.add_column("number", justify="right")
    table.add_row("there before", str(len(cells) - len(to_do) - failed_before))
    if failed_before:
        table.add_row("failed before (--retry-failed)", str(failed_before))
    for outcome, count in sorted(outcomes.items()):
        table.add_row(outcome, str(count))
    console.print(table)
    if outcomes["failed"] or failed_before:
        console.print(f"Errors: {folder / 'failures.csv'}", soft_wrap=True)
        raise typer.Exit(1)


@contextmanager
def _progress(total: int, quiet: bool):
    """What to call with each outcome: for a bar, or for a line each off a terminal."""
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("left:"), TimeRemainingColumn())
    # Cells may take longer than the half minute over which the speed is else estimated.
    options = {"console": console, "speed_estimate_period": math.inf}
    with Progress(*columns, disable=not shows_progress(quiet), **options) as bar:
        work = bar.add_task("cells", total=total)

        def advance(outcome):
            bar.advance(work)
            if not (console.is_terminal or quiet):
                console.print(f"{bar.tasks[work].completed} of {total} cells: {outcome}")

        yield advance


def _is_kept(folder: Path) -> bool:
    """Whether it is the default folder, of this or another copy, by whatever path."""
    folder, default = folder.resolve(), DEFAULT_FOLDER.resolve()
    return folder == default or folder.parts[-2:] == DEFAULT_FOLDER.parts


def _number(text: str) -> int:
    try:
        return int(text.replace("_", ""))
    except ValueError:
        raise ValueError(f"{text!r} is no number; give numbers separated by commas.") from None


def _observations(text: str) -> tuple[int, ...]:
    """``1..10``, ``1,2``, or both mixed."""
    wrong = ValueError(
        f"Observations are numbered 1 to 10; got {text!r}. Give such as 1 or 1,2 or 1..10."
    )
    numbers = set()
    for part in comma_separated(text):
        ends = re.fullmatch(r"(\d+)(?:\.\.(\d+))?", part)
        if not ends:
            raise wrong
        first, last = int(ends[1]), int(ends[2] or ends[1])
        if not 1 <= first <= last <= 10:
            raise wrong
        numbers.update(range(first, last + 1))
    if not numbers:
        raise wrong
    return tuple(sorted(numbers))
