"""Which BayesFlow is installed: 1.x and 2.x share the import name but not the interface."""

from importlib.metadata import PackageNotFoundError, version


def bayesflow_major() -> int | None:
    """Major version of the installed BayesFlow, or None if there is none."""
    try:
        return int(version("bayesflow").split(".")[0])
    except PackageNotFoundError:
        return None


def bayesflow_2_missing(name: str, instead: str) -> ImportError:
    """The error for a name of bf_vae that needs BayesFlow 2."""
    return ImportError(
        f"bf_vae.{name} needs BayesFlow 2 (pip install 'bayesflow>=2'). With BayesFlow 1.x, "
        f"or none, use {instead}."
    )
