"""``bf-vae sample``: posterior draws for observations in a file."""

import secrets
from pathlib import Path
from typing import Annotated

import typer

from ..interchange import load_model, read_observations
from ..interchange.draws_frame import check_not_count, write_draws
from ..interchange.tables import is_archive
from ..unfinished_file import check_writable
from .application import app, console, reported_errors, shows_progress
from .draw import draw_posteriors


@app.command()
def sample(
    model: Annotated[Path, typer.Argument(help="Of `bf-vae fit`, .keras.")],
    observation: Annotated[
        Path, typer.Argument(help="A row an observation: .npz, .csv or .parquet.")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="Draws: .csv, .parquet or .npz.")],
    num_samples: Annotated[
        int, typer.Option("-n", "--num-samples", min=1, help="Draws per observation.")
    ] = 10_000,
    seed: Annotated[int | None, typer.Option(min=0, help="Makes the draws repeatable.")] = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Print errors only.")] = False,
):
    """Draw from the posterior of each observation."""
    with reported_errors():
        is_table = not is_archive(output)
        check_writable(output)
        amortizer, card = load_model(model)
        data = read_observations(observation, card)
        if is_table and len(data) > 1:
            check_not_count(card.parameter_names)
        if seed is None:
            seed = secrets.randbits(31)  # a loaded model begins anew, from its own seed
        draws = draw_posteriors(amortizer, data, num_samples, seed, shows_progress(quiet))
        write_draws(draws[0] if len(draws) == 1 else draws, card.parameter_names, output)
    if not quiet:
        console.print(
            f"{num_samples:,} draws for each of {len(data):,} observations (seed {seed}): {output}"
        )
