"""``bf-vae demo``: one benchmark task, compared with its reference posterior."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from ..benchmark import demo as demos
from ..benchmark.evaluation import NUM_SAMPLES
from ..diagnostics import plot_posterior
from ..simulators import TASK_NAMES, get_simulator
from ..trainers.recipe import EPOCHS, FEWEST, VAE_METHODS
from .application import app, check_choice, console, reported_errors
from .pictures import check_picture, write_picture


@app.command()
def demo(
    task: Annotated[str, typer.Option(help="One of sbibm's ten tasks.")] = "two_moons",
    method: Annotated[str, typer.Option(help="cp-vae or up-vae (or their -paper).")] = "cp-vae",
    budget: Annotated[int, typer.Option(min=FEWEST, help="Simulations.")] = 10_000,
    observation: Annotated[int, typer.Option(min=1, max=10)] = 1,
    seed: Annotated[int, typer.Option(min=0, help="Of simulations and training.")] = 0,
    epochs: Annotated[int, typer.Option(min=1, help="At most.")] = EPOCHS,
    samples: Annotated[
        int, typer.Option(min=10, max=NUM_SAMPLES, help="Posterior draws.")
    ] = NUM_SAMPLES,
    output: Annotated[Path | None, typer.Option(help="Picture.", show_default="demo/...")] = None,
):
    """Train on simulations of one task and compare the posterior with sbibm's reference."""
    check_choice("--task", task, TASK_NAMES)
    check_choice("--method", method, VAE_METHODS)
    output = output or Path("demo") / f"{task}_{method}_observation{observation}.png"
    with reported_errors():
        # First what would be missing after minutes of training.
        simulator = get_simulator(task)
        reference = simulator.reference_posterior(observation)
        check_picture(output)
        result = demos.run_demo(
            task, method, budget, observation, seed, epochs, samples, console.is_terminal
        )
        figure = plot_posterior(
            result.samples,
            reference,
            truth=simulator.true_parameters(observation),
            support=simulator.support,
            names=simulator.parameter_names,
            labels=(method, "reference posterior"),
        )
        write_picture(figure, output)
    table = Table(title=f"{method} on {task}, {budget} simulations, observation {observation}")
    table.add_column("figure")
    table.add_column("value", justify="right")
    table.add_row("training, s", f"{result.train_seconds:.1f}")
    table.add_row(f"{samples:,} samples, ms", f"{1000 * result.sample_seconds:.0f}")
    table.add_row("C2ST (0.5 is best)", f"{result.c2st:.3f}")
    table.add_row("MMD (0 is best)", f"{result.mmd:.4f}")
    console.print(table)
    console.print(f"Picture: {output}")
