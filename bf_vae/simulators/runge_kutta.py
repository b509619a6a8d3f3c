"""Ordinary differential equations of a whole batch: Runge-Kutta 4 in NumPy.

The states are logarithms of populations, so that they stay positive and the error is relative.
"""

from collections.abc import Callable

import numpy as np

Derivative = Callable[[np.ndarray, np.ndarray], np.ndarray]

# Keeps nearly every trajectory within 1e-3 of the exact one, where the noise has scale 0.1.
TOLERANCE = 2e-3
MAX_DOUBLINGS = 4


def integrate(
    derivative: Derivative,
    initial: np.ndarray,
    parameters: np.ndarray,
    *,
    interval: float,
    num_intervals: int,
    num_steps: int,
    upper: float,
) -> np.ndarray:
    """Solve an autonomous equation for a batch of parameters and save it at equal intervals.

    All trajectories take the same fixed steps; those that a step turned out to be too long for
    are integrated again with half the step, until none is left or after ``MAX_DOUBLINGS``. What
    is then still too stiff, far outside the priors of the tasks, is finite but inaccurate.

    Parameters
    ----------
    derivative : callable
        Maps states (k, n) and parameters (p, n) to time derivatives (k, n).
    initial : np.ndarray of shape (k,)
        Logarithm of the initial state, the same for all trajectories.
    parameters : np.ndarray of shape (p, n)
        Parameters of the n trajectories, finite.
    interval : float
        Time between two saved states.
    num_intervals : int
        Number of intervals.
    num_steps : int
        Steps per interval of the first attempt.
    upper : float
        States are cut off above this value: a bound that holds for the exact solution, or one so
        high that it only guards against overflow.

    Returns
    -------
    np.ndarray of shape (num_intervals + 1, k, n)
        Logarithm of the states, the initial one included.
    """
    solution, error = _integrate(
        derivative, initial, parameters, interval, num_intervals, num_steps, upper
    )
    rest = np.flatnonzero(error > TOLERANCE)
    for _ in range(MAX_DOUBLINGS):
        if not rest.size:
            break
        num_steps *= 2
        solution[..., rest], error = _integrate(
            derivative, initial, parameters[:, rest], interval, num_intervals, num_steps, upper
        )
        rest = rest[error > TOLERANCE]
    return solution


def _integrate(derivative, initial, parameters, interval, num_intervals, num_steps, upper):
    """States at the ends of the intervals, and each trajectory's largest error estimate."""
    step = interval / num_steps
    state = np.repeat(initial[:, None], parameters.shape[1], axis=1)
    solution = np.empty((num_intervals + 1, *state.shape))
    solution[0] = state
    error = np.zeros_like(state)
    for i in range(num_intervals):
        for _ in range(num_steps):
            k1 = derivative(state, parameters)
            k2 = derivative(np.minimum(state + (step / 2) * k1, upper), parameters)
            k3 = derivative(np.minimum(state + (step / 2) * k2, upper), parameters)
            k4 = derivative(np.minimum(state + step * k3, upper), parameters)
            # The two midpoint slopes agree to third order in the step; no extra evaluation needed.
            np.maximum(error, np.abs(k2 - k3), out=error)
            state = np.minimum(state + (step / 6) * (k1 + 2 * (k2 + k3) + k4), upper)
        solution[i + 1] = state
    return solution, step * error.max(axis=0)
