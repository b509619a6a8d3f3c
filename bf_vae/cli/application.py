"""The application that the commands belong to, and where they print."""

from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console
from rich.markup import escape

app = typer.Typer()
console = Console()


@contextmanager
def reported_errors():
    """Print what is wrong with the input in one line, and exit with code 2."""
    try:
        yield
    except (ImportError, OSError, ValueError, FloatingPointError) as error:
        Console(stderr=True).print(
            f"[red]Error:[/red] {escape(str(error))}", highlight=False, soft_wrap=True
        )
        raise typer.Exit(2) from error


def check_choice(option, value, choices):
    """Raise typer's error for a bad value of ``option`` unless it is one of ``choices``."""
    if value not in choices:
        raise typer.BadParameter(f"{value!r} is none of {', '.join(choices)}.", param_hint=option)


def shows_progress(quiet: bool) -> bool:
    """Whether progress bars are wanted: on a terminal, unless told to be quiet."""
    return console.is_terminal and not quiet


def comma_separated(text: str) -> list[str]:
    """The parts of an option's value, without spaces around them and empty ones."""
    return [part.strip() for part in text.split(",") if part.strip()]


def named_folder(text) -> Path:
    """The value of an option that names a folder; an empty one would be the current folder."""
    if not str(text).strip():
        raise typer.BadParameter("It is empty; name a folder, the current one by a dot.")
    return Path(text)
