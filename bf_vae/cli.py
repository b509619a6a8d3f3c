"""The command ``bf-vae``."""

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

app = typer.Typer(no_args_is_help=True, add_completion=False, help="CP-VAE and UP-VAE posteriors.")
console = Console()


@app.callback()
def main():
    """CP-VAE and UP-VAE posterior estimators for simulation-based inference."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


@app.command()
def demo(
    task: Annotated[str, typer.Option(help="One of sbibm's ten tasks.")] = "two_moons",
    method: Annotated[str, typer.Option(help="cp-vae or up-vae (or their -paper).")] = "cp-vae",
    budget: Annotated[int, typer.Option(min=20, help="Simulations.")] = 10_000,
    observation: Annotated[int, typer.Option(min=1, max=10)] = 1,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    epochs: Annotated[int, typer.Option(min=1, help="At most.")] = 200,
    output: Annotated[Path | None, typer.Option(help="Picture.", show_default="demo/...")] = None,
):
    """Train on simulations of one task and compare the posterior with sbibm's reference."""
    # TensorFlow takes seconds to import, which `bf-vae --help` should not.
    import matplotlib

    matplotlib.use("Agg")
    from . import demo as demos
    from .diagnostics import plot_posterior
    from .simulators import TASK_NAMES

    if task not in TASK_NAMES:
        raise typer.BadParameter(
            f"{task!r} is none of {', '.join(TASK_NAMES)}.", param_hint="--task"
        )
    if method not in demos.METHODS:
        names = ", ".join(demos.METHODS)
        raise typer.BadParameter(f"{method!r} is none of {names}.", param_hint="--method")
    output = output or Path("demo") / f"{task}_{method}_observation{observation}.png"
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        result = demos.run_demo(
            task, method, budget, observation, seed, epochs, progress_bar=console.is_terminal
        )
        figure = plot_posterior(
            result.samples,
            result.simulator.reference_posterior(observation),
            truth=result.simulator.true_parameters(observation),
            support=result.simulator.support,
            names=result.simulator.parameter_names,
            labels=(method, "reference posterior"),
        )
        # Written aside and renamed: a picture that is there is whole.
        unfinished = output.with_name(f".{output.name}")
        figure.savefig(unfinished, dpi=120, format=output.suffix.lstrip(".") or "png")
        unfinished.replace(output)
    except (ImportError, OSError, ValueError) as error:
        Console(stderr=True).print(f"[red]Error:[/red] {error}", highlight=False)
        raise typer.Exit(2) from error
    table = Table(title=f"{method} on {task}, {budget} simulations, observation {observation}")
    table.add_column("figure")
    table.add_column("value", justify="right")
    table.add_row("training, s", f"{result.train_seconds:.1f}")
    table.add_row("10,000 samples, ms", f"{1000 * result.sample_seconds:.0f}")
    table.add_row("C2ST (0.5 is best)", f"{result.c2st:.3f}")
    table.add_row("MMD (0 is best)", f"{result.mmd:.4f}")
    console.print(table)
    console.print(f"Picture: {output}")
