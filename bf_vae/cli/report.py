"""``bf-vae report``: tables and figures from the results of ``bf-vae benchmark``."""

from pathlib import Path
from typing import Annotated

import typer

from ..benchmark.report import write_report
from ..benchmark.store import DEFAULT_FOLDER, ResultsStore
from .application import app, console, reported_errors


@app.command()
def report(
    folder: Annotated[Path, typer.Option(help="Folder of the results store.")] = DEFAULT_FOLDER,
    output: Annotated[Path, typer.Option(help="Folder.")] = Path("benchmarks") / "report",
):
    """Make the tables of the paper, as Markdown and as one HTML page, and the figures."""
    with reported_errors():
        if not folder.is_dir():
            raise ValueError(f"There is no folder {folder}: run `bf-vae benchmark` first.")
        written = write_report(ResultsStore(folder), output)
    console.print(
        f"{len(written)} files in {output}; open {output / 'report.html'}", soft_wrap=True
    )
