"""``bf-vae benchmark``: a sweep over methods, tasks, budgets and runs."""

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
from .application import app, comma_separated, console, reported_errors, shows_progress
from .spaced_lists import SpacedLists


@app.command(cls=SpacedLists)
def benchmark(
    methods: Annotated[str, typer.Option(help="Names, or all.")] = "cp-vae,up-vae",
    tasks: Annotated[str, typer.Option(help="sbibm's names, or all.")] = "all",
    budgets: Annotated[str, typer.Option(help="Simulations each.")] = "10000",
    runs: Annotated[int, typer.Option(min=1, help="Seeds 0, 1, ...")] = 1,
    observations: Annotated[str, typer.Option(help="Such as 1 or 1,2 or 1..10.")] = "1..10",
    folder: Annotated[Path, typer.Option(help="Folder of the results store.")] = DEFAULT_FOLDER,
    backend: Annotated[str, typer.Option(help="loky or dask.")] = "loky",
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
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
        if folder.resolve() == DEFAULT_FOLDER.resolve() and (epochs or samples < NUM_SAMPLES):
            raise ValueError(
                "Trial runs (--epochs, --samples) would count as results: give them a --folder."
            )
        cells = plan(
            METHOD_NAMES if methods == "all" else comma_separated(methods),
            TASK_NAMES if tasks == "all" else comma_separated(tasks),
            [_number(budget) for budget in comma_separated(budgets)],
            runs,
        )
        options = CellOptions(
            str(folder), _observations(observations), samples, epochs, allow_contention
        )
        to_do = left(cells, options, retry_failed)
        failed_before = len(left(cells, options, retry_failed=True)) - len(to_do)
        columns = (BarColumn(), MofNCompleteColumn(), TextColumn("left:"), TimeRemainingColumn())
        with Progress(*columns, console=console, disable=not shows_progress(quiet)) as bar:
            work = bar.add_task("cells", total=len(to_do))
            outcomes = sweep(
                to_do, options, backend, workers, scheduler, lambda _: bar.advance(work)
            )
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


def _number(text: str) -> int:
    try:
        return int(text.replace("_", ""))
    except ValueError:
        raise ValueError(f"{text!r} is no number; give numbers separated by commas.") from None


def _observations(text: str) -> tuple[int, ...]:
    """``1..10``, ``1,2``, or both mixed."""
    numbers = []
    for part in comma_separated(text):
        first, _, last = part.partition("..")
        numbers += range(_number(first), _number(last or first) + 1)
    if not numbers or min(numbers) < 1 or max(numbers) > 10:
        raise ValueError(f"Observations are numbered 1 to 10; got {text!r}.")
    return tuple(sorted(set(numbers)))
