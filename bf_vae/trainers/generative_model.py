"""Anything that simulates, as one function from a batch size to a dictionary of arrays."""

from collections.abc import Callable


def as_simulator(generative_model) -> Callable[..., dict] | None:
    """The function that draws a batch of simulations.

    Parameters
    ----------
    generative_model : BayesFlow 2 simulator, BayesFlow 1.x GenerativeModel, callable or None
        A BayesFlow 2 simulator has ``sample(batch_size)``; the others are called with the batch
        size. Each returns a dictionary of arrays with the batch on the first axis.

    Raises
    ------
    TypeError
        If it is none of these.
    """
    if generative_model is None:
        return None
    if callable(generative_model):
        return generative_model
    if callable(getattr(generative_model, "sample", None)):
        return generative_model.sample
    raise TypeError(
        "generative_model must be a BayesFlow simulator or a function from a batch size to a "
        f"dictionary of arrays, got {type(generative_model).__name__}."
    )
