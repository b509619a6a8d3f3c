"""``bf-vae report``: tables and figures from the results of ``bf-vae benchmark``."""

from pathlib import Path
from typing import Annotated

import typer

from ..benchmark.report import write_report
from ..benchmark.store import DEFAULT_FOLDER, ResultsStore
from .application import app, console, named_folder, reported_errors, shows_progress


@app.command()
def report(
    folder: Annotated[
        Path,
        typer.Option(help="Folder of the results store.", parser=named_folder, metavar="PATH"),
    ] = DEFAULT_FOLDER,
    output: Annotated[Path, typer.Option(help="Folder.")] = Path("benchmarks") / "report",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar.")] = False,
):
    """Make the tables of the paper, as Markdown and as one HTML page, and the figures."""
    with reported_errors():
        # The store would make its files there.
        if not (folder / "results.csv").is_file():
            raise ValueError(
                f"There are no results in {folder}: give the --folder that `bf-vae benchmark` "
                "wrote to, or run it first."
            )
        written = write_report(ResultsStore(folder), output, shows_progress(quiet))
    console.print(
        f"{len(written)} files in {output}; open {output / 'report.html'}", soft_wrap=True
    )
