"""The command ``bf-vae``."""

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
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
    samples: Annotated[int, typer.Option(min=10, max=10_000, help="Posterior draws.")] = 10_000,
    output: Annotated[Path | None, typer.Option(help="Picture.", show_default="demo/...")] = None,
):
    """Train on simulations of one task and compare the posterior with sbibm's reference."""
    # TensorFlow takes seconds to import, which `bf-vae --help` should not.
    from . import demo as demos
    from .diagnostics import plot_posterior
    from .simulators import TASK_NAMES, get_simulator

    _check_choice("--task", task, TASK_NAMES)
    _check_choice("--method", method, demos.METHODS)
    output = output or Path("demo") / f"{task}_{method}_observation{observation}.png"
    try:
        # First what would be missing after minutes of training.
        simulator = get_simulator(task)
        reference = simulator.reference_posterior(observation)
        unfinished = _open_picture(output)
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
        figure.savefig(unfinished, dpi=120, format=output.suffix.lstrip(".") or "png")
        unfinished.replace(output)
    except (ImportError, OSError, ValueError) as error:
        Console(stderr=True).print(f"[red]Error:[/red] {escape(str(error))}", highlight=False)
        raise typer.Exit(2) from error
    table = Table(title=f"{method} on {task}, {budget} simulations, observation {observation}")
    table.add_column("figure")
    table.add_column("value", justify="right")
    table.add_row("training, s", f"{result.train_seconds:.1f}")
    table.add_row(f"{samples:,} samples, ms", f"{1000 * result.sample_seconds:.0f}")
    table.add_row("C2ST (0.5 is best)", f"{result.c2st:.3f}")
    table.add_row("MMD (0 is best)", f"{result.mmd:.4f}")
    console.print(table)
    console.print(f"Picture: {output}")


def _check_choice(option, value, choices):
    if value not in choices:
        raise typer.BadParameter(f"{value!r} is none of {', '.join(choices)}.", param_hint=option)


def _open_picture(output: Path) -> Path:
    """A file beside ``output``, to be written and renamed: a picture that is there is whole.

    Raises
    ------
    OSError
        If the folder cannot be made or written to, or ``output`` is a folder.
    ValueError
        If there is no such picture format.
    """
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib.backend_bases import FigureCanvasBase

    formats = FigureCanvasBase.get_supported_filetypes()
    if output.suffix and output.suffix[1:].lower() not in formats:
        raise ValueError(
            f"There are no {output.suffix} pictures, only {', '.join(sorted(formats))}."
        )
    output.parent.mkdir(parents=True, exist_ok=True)
    if output.is_dir():
        raise IsADirectoryError(f"{output} is a folder; --output names a file.")
    unfinished = output.with_name(f".{output.name}")
    unfinished.touch()
    # Only a trial: nothing is left if the training fails.
    unfinished.unlink()
    return unfinished
