"""``bf-vae fit``: from a file of simulations to a trained model."""

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from ..amortizers.amortizer import check_model_path
from ..interchange import ModelCard, read_simulations, save_model, training_record
from ..interchange.names import listed
from ..trainers.recipe import EPOCHS, VAE_METHODS, is_paper, make_trainer, train
from ..unfinished_file import check_writable
from .application import (
    app,
    check_choice,
    comma_separated,
    console,
    reported_errors,
    shows_progress,
)


@app.command()
def fit(
    simulations: Annotated[
        Path, typer.Argument(help="parameters and observables: .npz, .csv or .parquet.")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="Model's file, .keras.")],
    method: Annotated[str, typer.Option(help="cp-vae or up-vae (or their -paper).")] = "cp-vae",
    support: Annotated[
        str | None,
        typer.Option(help="Bounds lower:upper of all parameters, or one each: '0:1,-inf:inf'."),
    ] = None,
    parameters: Annotated[
        str | None,
        typer.Option(help="Columns of parameters: 'a,b'. Default: 'theta...' or 'parameter...'."),
    ] = None,
    observables: Annotated[
        str | None,
        typer.Option(help="Columns that are data. Default: 'observable...', or else all others."),
    ] = None,
    description: Annotated[str, typer.Option(help="For the model card.")] = "",
    epochs: Annotated[int, typer.Option(min=1, help="At most.")] = EPOCHS,
    seed: Annotated[int, typer.Option(min=0, help="Of weights, batches, held-out rows.")] = 0,
    drop_invalid: Annotated[
        bool, typer.Option("--drop-invalid", help="Drop rows with NaN or infinity.")
    ] = False,
    all_features: Annotated[
        bool, typer.Option("--all-features", help="Also read observables that seem to say nothing.")
    ] = False,
    no_resimulation: Annotated[
        bool, typer.Option("--no-resimulation", help="Train only once, even if it overfits.")
    ] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Print errors only.")] = False,
):
    """Train a posterior estimator on simulations, a tenth of them held out, and save it."""
    check_choice("--method", method, VAE_METHODS)
    if support is not None and is_paper(method):
        raise typer.BadParameter("The paper's models know no support.", param_hint="--support")
    with reported_errors():
        # First what would be missing after minutes of training.
        check_model_path(output)
        check_writable(output)
        data = read_simulations(
            simulations,
            None if parameters is None else comma_separated(parameters),
            None if observables is None else comma_separated(observables),
        )
        total = len(data)
        data = data.finite(drop_invalid)
        amortizer, history, seconds = _train(
            data,
            method,
            _bounds(support),
            epochs,
            seed,
            shows_progress(quiet),
            all_features,
            resimulate=not (no_resimulation or is_paper(method)),
        )
        names = data.observable_names or range(1, data.observables.shape[-1] + 1)
        left_out = [str(names[i]) for i in amortizer.features_left_out]
        card = ModelCard.of(
            amortizer,
            description=description,
            parameter_names=data.parameter_names,
            observable_names=data.observable_names,
            training=training_record(history, len(data), seconds, seed) | {"left_out": left_out},
        )
        save_model(amortizer, output, card)
    if not quiet:
        _print_summary(card, total - len(data), output)


def _train(data, method, support, epochs, seed, progress_bar, all_features, resimulate):
    if data.observables.ndim != 2:
        raise ValueError(
            f"The observables have shape {data.observables.shape}; here each simulation is a row "
            "of numbers. Sets and series need a summary network: use "
            "CPVAEAmortizer(summary_net=...) from Python."
        )
    data.check_parameters_vary()
    options = {"screen_features": False} if all_features else {}
    trainer = make_trainer(method, support, seed, progress_bar, **options)
    started = time.perf_counter()
    history = train(trainer, data.arrays, epochs, resimulate)
    return trainer.amortizer, history, time.perf_counter() - started


def _bounds(option: str | None):
    """Lower and upper bounds from 'l:u' or 'l:u,l:u,...'."""
    if option is None:
        return None
    try:
        pairs = [tuple(float(b) for b in part.split(":")) for part in option.split(",")]
        lower, upper = zip(*pairs, strict=True)
    except ValueError as error:
        raise ValueError(
            f"--support {option!r} is not of the form lower:upper, or lower:upper,lower:upper,... "
            "with a pair for each parameter; -inf and inf are bounds too."
        ) from error
    return (lower[0], upper[0]) if len(pairs) == 1 else (list(lower), list(upper))


def _print_summary(card, num_dropped, output):
    table = Table(title=f"{card.method}, {card.num_parameters} parameters")
    table.add_column("figure")
    table.add_column("value", justify="right")
    training = card.training
    if card.parameter_names:
        table.add_row("parameters", escape(listed(card.parameter_names)))
    table.add_row("simulations", f"{training['simulations']:,}")
    if num_dropped:
        table.add_row("dropped", f"{num_dropped:,}")
    if training["left_out"]:
        table.add_row("observables that say nothing, left out", f"{len(training['left_out'])}")
    if training["resimulated_share"]:
        table.add_row("overfits: data simulated anew", f"{training['resimulated_share']:.0%}")
    table.add_row("epochs", f"{training['epochs']} (best: {training['best_epoch']})")
    table.add_row("training, s", f"{training['seconds']:.1f}")
    table.add_row("best validation loss, nats", f"{training['best_validation_loss']:.3f}")
    console.print(table)
    console.print(f"Model: {output}")
