"""Simulations of several draws as one set."""

import numpy as np


def join(parts: list[dict]) -> dict:
    """Arrays of the same names, shape (n, ...), joined along the first axis.

    Raises
    ------
    ValueError
        If the parts have other names, or shapes that differ in more than n.
    """
    shapes = [{k: np.shape(v)[1:] for k, v in part.items()} for part in parts]
    if other := [s for s in shapes if s != shapes[0]]:
        raise ValueError(
            f"Draws of different shapes, such as {shapes[0]} and {other[0]} per simulation, cannot "
            "be kept together. Only train_online takes data whose size varies, one size per epoch, "
            "and only without memory=. Pad the data to one size, or simulate one."
        )
    return {k: np.concatenate([part[k] for part in parts]) for k in parts[0]}
