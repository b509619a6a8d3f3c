"""``bf-vae info``: what a file holds."""

from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.markup import escape
from rich.table import Table

from ..interchange import read_card
from ..interchange.tables import is_archive, read_archive, read_table
from .application import app, console, reported_errors


@app.command()
def info(file: Annotated[Path, typer.Argument(help="A model (.keras), or .npz, .csv, .parquet.")]):
    """Say what a model was trained on, or what a file of simulations or draws holds."""
    with reported_errors():
        rows = _of_model(file) if file.suffix == ".keras" else _of_data(file)
    table = Table(title=escape(str(file)), show_header=False)
    for name, value in rows.items():
        table.add_row(escape(name), escape(str(value)))
    console.print(table)


def _of_model(file) -> dict:
    card = read_card(file)
    shapes = {k: tuple(v) for k, v in card.data_shapes.items()}
    rows = {
        "method": card.method,
        "description": card.description or None,
        "parameters": ", ".join(card.parameter_names or []) or card.num_parameters,
        "observables": ", ".join(card.observable_names or []) or None,
        **{"shape of " + k.replace("_", " "): v for k, v in shapes.items()},
        "support": _support(card),
        **{k.replace("_", " "): _line(v) for k, v in card.training.items()},
        "made with": ", ".join(f"{k} {v}" for k, v in card.versions.items()) or None,
        "made on": card.created or None,
    }
    return {k: v for k, v in rows.items() if v is not None}


def _line(value):
    if isinstance(value, list):
        return ", ".join(value) or None
    return value


def _support(card) -> str:
    if card.support is None:
        return "unbounded"
    lower, upper = (
        bound if isinstance(bound, list) else [bound] * card.num_parameters
        for bound in card.support
    )
    intervals = [
        f"{'-inf' if low is None else low}:{'inf' if high is None else high}"
        for low, high in zip(lower, upper, strict=True)
    ]
    return ", ".join(intervals)


def _of_data(file) -> dict:
    if is_archive(file):
        return {k: f"{v.dtype}, shape {v.shape}" for k, v in read_archive(file).items()}
    frame = read_table(file)
    kinds = {
        str(name): f"{column.dtype}, {int(column.isna().sum())} missing, "
        + (
            f"{np.nanmin(column):.4g} to {np.nanmax(column):.4g}"
            if column.dtype.kind in "fiu" and column.notna().any()
            else "no numbers"
        )
        for name, column in frame.items()
    }
    return {"rows": len(frame), **kinds}
