"""Which BayesFlow is installed: 1.x and 2.x share the import name but not the interface."""

from importlib.metadata import PackageNotFoundError, version


def bayesflow_major() -> int | None:
    """Major version of the installed BayesFlow, or None if there is none."""
    try:
        return int(version("bayesflow").split(".")[0])
    except PackageNotFoundError:
        return None
