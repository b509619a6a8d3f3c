"""Where a result comes from."""

import json
import platform
import subprocess
from pathlib import Path

from ..installed_versions import installed_versions

PACKAGES = ("bf_vae", "keras", "tensorflow", "bayesflow", "sbi", "torch")


def provenance() -> dict:
    """Columns ``versions`` (JSON), ``machine`` and ``revision`` of a row of the results."""
    versions = {"python": platform.python_version(), **installed_versions(PACKAGES)}
    return {
        "versions": json.dumps(versions),
        "machine": f"{_processor()}, {platform.system()}",
        "revision": REVISION,
    }


def _revision() -> str:
    """Commit of the source, with "+" if files differ from it; empty if no repository tracks it."""
    here = Path(__file__).parent
    try:
        answers = [
            subprocess.run(["git", *command], cwd=here, capture_output=True, text=True, check=True)
            for command in (
                # Fails for a package that is merely installed inside of some repository.
                ["ls-files", "--error-unmatch", __file__],
                ["rev-parse", "--short=12", "HEAD"],
                ["status", "--porcelain", "-uno", "--", here.parent],
            )
        ]
    except (OSError, subprocess.CalledProcessError):
        return ""
    _, commit, changes = (answer.stdout.strip() for answer in answers)
    return commit + ("+" if changes else "")


# As the code is loaded: during a long sweep the files may change, but not the code that runs.
REVISION = _revision()


def _processor() -> str:
    """The processor's name where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration, IndexError):
        return platform.machine()
