"""``bf-vae`` itself: help without TensorFlow, the version, and the way to its commands."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

import bf_vae
from bf_vae.cli import app as commands
from bf_vae_command import COMMANDS, app

HELP = """
import sys

from typer.testing import CliRunner

from bf_vae_command import app

for arguments in ([], ["--help"], ["--version"], ["fitt"]):
    print(CliRunner().invoke(app, arguments).output)
assert "tensorflow" not in sys.modules
assert "bf_vae" not in sys.modules
"""


def test_help_and_typos_do_not_load_tensorflow():
    done = subprocess.run([sys.executable, "-c", HELP], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Draw from the posterior of each observation.") == 2
    assert bf_vae.__version__ in done.stdout
    assert "No such command 'fitt'" in done.stdout


def test_the_list_of_commands_is_theirs():
    sentences = {
        c.name or c.callback.__name__: c.callback.__doc__.splitlines()[0]
        for c in commands.registered_commands
    }
    assert sentences == COMMANDS


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_runs_from_here(name):
    result = CliRunner().invoke(app, [name, "--help"])
    assert result.exit_code == 0
    assert "Options" in result.output
    assert f" {name} [OPTIONS]" in result.output
