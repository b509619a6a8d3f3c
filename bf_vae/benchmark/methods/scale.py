"""Unbounded, z-scored variables for the peers."""

import numpy as np


class Scale:
    """Log or logit where there are bounds, then z-scores.

    A parameter bounded on both sides gets a logit, one bounded below a log. Draws come back inside
    the bounds.

    Parameters
    ----------
    values : np.ndarray of shape (n, k)
        Give mean and standard deviation.
    support : (lower, upper), optional
        Each of shape (k,); infinite where there is no bound.
    logit : bool, optional, default: True
        False leaves boxes as they are.
    divisor : float, optional
        Of all values, instead of z-scores.
    """

    def __init__(self, values, support=None, logit=True, divisor=None):
        k = values.shape[1]
        lower, upper = support if support is not None else (np.full(k, -np.inf), np.full(k, np.inf))
        self.lower, self.upper = np.asarray(lower, float), np.asarray(upper, float)
        self.is_box = np.isfinite(self.lower) & np.isfinite(self.upper) & logit
        self.is_positive = np.isfinite(self.lower) & ~np.isfinite(self.upper)
        self.mean, self.std = 0.0, 1.0 if divisor is None else divisor
        if divisor is None:
            free = self.forward(values)
            self.mean = free.mean(axis=0)
            std = free.std(axis=0)
            self.std = np.where(std > 0, std, 1.0)

    def forward(self, values) -> np.ndarray:
        """To the scale of the networks, float32 (n, k)."""
        free = np.array(values, float)
        box, positive = self.is_box, self.is_positive
        width = self.upper[box] - self.lower[box]
        # float32 draws may lie on a bound.
        share = np.clip((free[:, box] - self.lower[box]) / width, 1e-7, 1 - 1e-7)
        free[:, box] = np.log(share) - np.log1p(-share)
        free[:, positive] = np.log(np.maximum(free[:, positive] - self.lower[positive], 1e-30))
        return ((free - self.mean) / self.std).astype(np.float32)

    def inverse(self, free) -> np.ndarray:
        """Back to the task's units, (n, k)."""
        values = np.array(free, float) * self.std + self.mean
        box, positive = self.is_box, self.is_positive
        share = 0.5 * (1.0 + np.tanh(0.5 * values[:, box]))
        values[:, box] = self.lower[box] + (self.upper[box] - self.lower[box]) * share
        values[:, positive] = np.exp(np.minimum(values[:, positive], 80.0)) + self.lower[positive]
        return values
