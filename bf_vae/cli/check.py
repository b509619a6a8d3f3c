"""``bf-vae check``: is a model calibrated on simulations that it has not seen?"""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from .application import app, console, reported_errors, shows_progress

TABLES = (".csv", ".parquet")


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
    seed: Annotated[int, typer.Option(min=0)] = 0,
    drop_invalid: Annotated[
        bool, typer.Option("--drop-invalid", help="Drop rows with NaN or infinity.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("-q", "--quiet", help="No progress bar; no table where -o is given.")
    ] = False,
):
    """Compare true parameters with their posteriors: ranks, coverage and contraction."""
    from ..diagnostics import calibration_table, plot_rank_ecdf
    from ..interchange import load_model, read_simulations
    from ..interchange.draws_frame import write_frame
    from ..interchange.unfinished_file import check_writable
    from .draw import draw_posteriors
    from .output import check_picture, write_picture

    outputs = output or []
    with reported_errors():
        for path in outputs:
            (check_writable if path.suffix in TABLES else check_picture)(path)
        amortizer, card = load_model(model)
        data = read_simulations(simulations, card.parameter_names, card.observable_names)
        data = data.finite(drop_invalid)
        _check_fit(data, card, simulations)
        draws = draw_posteriors(
            amortizer, data.observables, num_samples, seed, shows_progress(quiet)
        )
        table = calibration_table(draws, data.parameters, card.parameter_names)
        for path in outputs:
            if path.suffix in TABLES:
                write_frame(table, path, index=True)
            else:
                write_picture(plot_rank_ecdf(draws, data.parameters, card.parameter_names), path)
    if not quiet or not outputs:
        _print(table, len(data))


def _check_fit(data, card, path):
    """Raise a ValueError unless there are simulations enough, of the model's dimensions."""
    if len(data) < 2:
        raise ValueError(f"{path} holds one simulation; calibration needs many, 100 or more.")
    shape = tuple(card.data_shapes.get("summary_conditions", ()))
    if data.parameters.shape[1] != card.num_parameters or data.observables.shape[1:] != shape:
        raise ValueError(
            f"{path} has {data.parameters.shape[1]} parameters and observables of shape "
            f"{data.observables.shape[1:]}; the model has {card.num_parameters} and {shape}."
        )


def _print(table, num_datasets):
    shown = Table(title=f"Calibration on {num_datasets:,} simulations")
    shown.add_column("parameter")
    for name in table:
        shown.add_column(name.replace("_", " "), justify="right")
    for name, row in table.iterrows():
        cells = [f"{value:.3f}" if isinstance(value, float) else value for value in row]
        shown.add_row(str(name), *cells)
    console.print(shown)
