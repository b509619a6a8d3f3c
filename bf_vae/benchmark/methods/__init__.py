"""The methods of the benchmark, one a file behind the interface of `Method`."""

from .method import Method, Posterior

# Where each lives: a method is imported when it is asked for.
_METHODS = {
    "cp-vae": ("vae", "VAE"),
    "up-vae": ("vae", "VAE"),
    "cp-vae-paper": ("vae", "VAE"),
    "up-vae-paper": ("vae", "VAE"),
    "jana": ("jana", "Jana"),
    "npe": ("npe", "NPE"),
    "npe-prepared": ("npe_prepared", "PreparedNPE"),
    "apt": ("apt", "APT"),
    "gatsbi": ("gatsbi", "Gatsbi"),
    "coupling-flow": ("bayesflow_workflow", "BayesFlowWorkflow"),
    "flow-matching": ("bayesflow_workflow", "BayesFlowWorkflow"),
    "prior": ("prior", "Prior"),
    "reference": ("reference", "Reference"),
}
METHOD_NAMES = tuple(_METHODS)
# Of the scale: they train nothing.
ENDS = ("prior", "reference")


def get_method(name: str, epochs: int | None = None) -> Method:
    """A method by its name.

    Parameters
    ----------
    name : str
        One of ``METHOD_NAMES``.
    epochs : int, optional
        At most so many, for a trial.

    Raises
    ------
    ValueError
        If there is no such method.
    """
    from importlib import import_module

    if name not in _METHODS:
        raise ValueError(f"No method named {name!r}. The methods are: {', '.join(METHOD_NAMES)}.")
    module, kind = _METHODS[name]
    return getattr(import_module(f"{__name__}.{module}"), kind)(name, epochs=epochs)


__all__ = ["ENDS", "METHOD_NAMES", "Method", "Posterior", "get_method"]
