import pytest
from typer.testing import CliRunner

from bf_vae.cli import app

TINY = ["--budget", "200", "--epochs", "1"]


@pytest.mark.parametrize(("task", "method"), [("two_moons", "cp-vae"), ("sir", "up-vae")])
def test_demo_end_to_end(task, method, tmp_path):
    picture = tmp_path / "new" / "demo.png"
    command = ["demo", "--task", task, "--method", method, "--output", str(picture), *TINY]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    assert "C2ST" in result.output
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert [f.name for f in picture.parent.iterdir()] == ["demo.png"]


@pytest.mark.parametrize("bad", [["--task", "x"], ["--method", "x"], ["--observation", "11"]])
def test_bad_arguments(bad):
    assert CliRunner().invoke(app, ["demo", *bad, *TINY]).exit_code == 2
