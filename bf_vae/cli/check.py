"""``bf-vae check``: is a model calibrated on simulations that it has not seen?"""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from ..diagnostics import calibration_table, learned_information, plot_rank_ecdf
from ..interchange import load_model, read_simulations
from ..interchange.tables import TABLE_SUFFIXES, check_suffix, write_frame
from ..networks.mutual_information import FEWEST
from ..unfinished_file import check_writable
from .application import app, console, reported_errors, shows_progress
from .draw import draw_posteriors
from .pictures import check_picture, write_picture

# Not printed: 80 columns hold the table.
INFORMATION = ["learned", "observable", "least"]


@app.command()
def check(
    model: Annotated[Path, typer.Argument(help="Of `bf-vae fit`, .keras.")],
    simulations: Annotated[
        Path, typer.Argument(help="New simulations: .npz, .csv or .parquet, as for `fit`.")
    ],
    output: Annotated[
        list[Path] | None,
        typer.Option("-o", "--output", help="Table (.csv, .parquet) or picture; may be repeated."),
    ] = None,
    num_samples: Annotated[
        int, typer.Option("-n", "--num-samples", min=20, help="Draws per simulation.")
    ] = 200,
    seed: Annotated[int, typer.Option(min=0, help="Of the draws.")] = 0,
    drop_invalid: Annotated[
        bool, typer.Option("--drop-invalid", help="Drop rows with NaN or infinity.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("-q", "--quiet", help="No progress bar; no table where -o is given.")
    ] = False,
):
    """Compare true parameters with their posteriors: ranks, coverage, what was learned."""
    outputs = output or []
    tables = [path for path in outputs if path.suffix.lower() in TABLE_SUFFIXES]
    pictures = [path for path in outputs if path not in tables]
    with reported_errors():
        for path in tables:
            check_suffix(path, TABLE_SUFFIXES)
            check_writable(path)
        for path in pictures:
            check_picture(path)
        amortizer, card = load_model(model)
        data = read_simulations(simulations, card.parameter_names, card.observable_names)
        data = data.finite(drop_invalid)
        _check_dimensions(data, card, simulations)
        draws = draw_posteriors(
            amortizer, data.observables, num_samples, seed, shows_progress(quiet)
        )
        table = calibration_table(draws, data.parameters, card.parameter_names)
        if len(data) >= FEWEST:
            table = _with_information(table, draws, data, card)
        for path in tables:
            write_frame(table, path, index=True)
        for path in pictures:
            write_picture(plot_rank_ecdf(draws, data.parameters, card.parameter_names), path)
    if not quiet or not outputs:
        _print(table, len(data))


def _check_dimensions(data, card, path):
    """Raise a ValueError unless there are simulations enough, of the model's dimensions."""
    if len(data) < 2:
        raise ValueError(f"{path} holds one simulation; calibration needs many, {FEWEST} or more.")
    fits = data.parameters.shape[1] == card.num_parameters and card.takes(data.observables)
    if not fits:
        raise ValueError(
            f"{path} has {data.parameters.shape[1]} parameters and observables of shape "
            f"{data.observables.shape[1:]}; the model has {card.num_parameters} and "
            f"{card.observable_shape}."
        )


def _with_information(table, draws, data, card):
    """Add what posteriors and single observables say; a verdict where these say too little."""
    # Of a set, each number is an observable, which have no names.
    names = card.observable_names if data.observables.ndim == 2 else None
    information = learned_information(
        draws, data.parameters, data.observables, card.parameter_names, names
    )
    verdicts = table.pop("verdict")
    says_too_little = (verdicts == "calibrated") & (information["verdict"] == "too little")
    verdicts = verdicts.mask(says_too_little, "too little")
    return table.join(information[INFORMATION]).assign(verdict=verdicts)


def _print(table, num_datasets):
    shown = Table(title=f"Calibration on {num_datasets:,} simulations")
    shown.add_column("parameter", overflow="fold")
    printed = table.drop(columns=INFORMATION, errors="ignore")
    for name in printed:
        # Short, so that 80 columns hold the table.
        name = name.replace("rank_p_value", "ranks, p").replace("coverage_", "in ")
        shown.add_column(name + "%" * name.startswith("in "), justify="right", no_wrap=True)
    for name, row in printed.iterrows():
        cells = [f"{value:.3f}" if isinstance(value, float) else value for value in row]
        shown.add_row(escape(str(name)), *cells)
    console.print(shown)
    for name, row in table[table["verdict"] == "too little"].iterrows():
        console.print(
            f"{escape(str(name))}: the posterior says {row['learned']:.2f} nats of it, "
            f"{escape(row['observable'])} alone {row['least']:.2f}. Give more simulations, or the "
            "data in a form that shows it: of an angle, say, sine and cosine."
        )
    if num_datasets < FEWEST:
        console.print(f"So few simulations show gross errors only: take {FEWEST} or more.")
