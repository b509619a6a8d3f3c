"""The command ``bf-vae``, outside of the package: its help does not wait for TensorFlow."""

import os
from importlib.metadata import version

import typer
from typer.core import TyperCommand, TyperGroup

# Before TensorFlow is loaded, which else complains even more of GPUs that are not there.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

# The first sentences of the commands' docstrings, in `bf_vae.cli`.
COMMANDS = {
    "fit": "Train a posterior estimator on simulations, a tenth of them held out, and save it.",
    "sample": "Draw from the posterior of each observation.",
    "check": "Compare true parameters with their posteriors: ranks, coverage, what was learned.",
    "info": "Say what a model was trained on, or what a file of simulations or draws holds.",
    "demo": "Train on simulations of one task and compare the posterior with sbibm's reference.",
    "benchmark": "Train and evaluate what the results store is missing; start again after any "
    "interruption.",
    "report": "Make the tables of the paper, as Markdown and as one HTML page, and the figures.",
}


class Commands(TyperGroup):
    """The commands of `bf_vae.cli`, which is loaded when one of them runs."""

    def list_commands(self, ctx):
        return list(COMMANDS)

    def get_command(self, ctx, name):
        return TyperCommand(name, help=COMMANDS[name]) if name in COMMANDS else None

    def resolve_command(self, ctx, args):
        name, _, rest = super().resolve_command(ctx, args)
        from bf_vae.cli import app as commands

        return name, typer.main.get_command(commands).get_command(ctx, name), rest


app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False)


def _print_version(wanted: bool):
    if wanted:
        print(version("bf_vae"))
        raise typer.Exit


@app.callback()
def main(
    show_version: bool = typer.Option(
        False,
        "--version",
        callback=_print_version,
        is_eager=True,
        help="Print the version and exit.",
    ),
):
    """CP-VAE and UP-VAE posterior estimators for simulation-based inference."""
