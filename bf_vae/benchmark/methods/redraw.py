"""Draws outside the prior's support are drawn again, as sbi does."""

import numpy as np

# After so many rounds what is still outside stays there: the method's own fault, and to be seen.
ROUNDS = 100


def redraw_outside(draw, support) -> np.ndarray:
    """Posterior draws, cut off at the bounds of the prior.

    Parameters
    ----------
    draw : callable
        ``draw(i)`` gives the draws of round i = 0, 1, ..., shape (n, d), new ones each time.
    support : (lower, upper)
        Each of shape (d,); infinite where there is no bound.

    Returns
    -------
    np.ndarray of shape (n, d)
    """
    lower, upper = support
    draws = np.array(draw(0))
    for i in range(1, ROUNDS):
        outside = np.flatnonzero(((draws < lower) | (draws > upper)).any(axis=1))
        if not len(outside):
            break
        draws[outside] = draw(i)[: len(outside)]
    return draws
