"""Anything that simulates, as one function from a batch size to a dictionary of arrays."""

import inspect
from collections.abc import Callable

import numpy as np


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


def takes_seed(simulator) -> bool:
    """Whether the simulator has an argument ``seed``, so that its draws can be repeated."""
    try:
        return "seed" in inspect.signature(simulator).parameters
    except (TypeError, ValueError):  # some functions written in C have no signature
        return False


def derived_seed(*key: int) -> int:
    """One seed, 31 bits wide, from several numbers."""
    return int(np.random.SeedSequence(key).generate_state(1)[0] >> 1)
