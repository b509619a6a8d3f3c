"""The support of the parameters: where the prior has mass."""

import numpy as np


class Support:
    """Lower and upper bound of every parameter.

    Parameters
    ----------
    lower, upper : array-like of shape (d,) or scalar
        Bounds in the parameters' own units; infinite where there is none.

    Raises
    ------
    ValueError
        If the bounds differ in shape, are NaN, or do not enclose an interval.
    """

    def __init__(self, lower, upper):
        lower, upper = np.asarray(lower, "float64"), np.asarray(upper, "float64")
        self.lower, self.upper = (np.atleast_1d(b) for b in np.broadcast_arrays(lower, upper))
        if self.lower.ndim != 1 or not np.all(self.lower < self.upper):
            raise ValueError(
                "support needs (lower, upper) with every lower bound below its upper bound, "
                f"got lower={lower.tolist()} and upper={upper.tolist()}."
            )

    @staticmethod
    def pair(bounds):
        """The two entries of ``bounds``, numbers or lists; a ValueError where it has not two."""
        entries = list(bounds) if np.iterable(bounds) else [bounds]
        if len(entries) != 2:
            raise ValueError(
                "support is a pair (lower, upper), each a number or one for each parameter; got "
                f"{len(entries)} entries. Turn a pair for each parameter into it by zip(*pairs)."
            )
        return [np.asarray(entry).tolist() for entry in entries]

    @classmethod
    def of(cls, bounds, size: int) -> "Support":
        """Support for ``size`` parameters; ``None`` means unbounded, scalars hold for all."""
        lower, upper = (-np.inf, np.inf) if bounds is None else cls.pair(bounds)
        support = cls(lower, upper)
        if len(support.lower) == 1:
            support = cls(np.repeat(support.lower, size), np.repeat(support.upper, size))
        if len(support.lower) != size:
            raise ValueError(
                f"support gives bounds for {len(support.lower)} parameters, but there are {size}."
            )
        return support

    @property
    def is_box(self) -> np.ndarray:
        """Which parameters are bounded on both sides, bool of shape (d,)."""
        return np.isfinite(self.lower) & np.isfinite(self.upper)

    @property
    def is_bounded(self) -> bool:
        """Whether any bound is finite."""
        return bool(np.isfinite([self.lower, self.upper]).any())

    def contains(self, theta):
        """Which entries of theta, shape (..., d), lie inside, but for rounding: the same shape."""
        lower, upper = self.lower - _rounding(self.lower), self.upper + _rounding(self.upper)
        return (theta >= lower) & (theta <= upper)

    def check(self, theta) -> None:
        """Raise a ValueError if any parameter vector lies outside, and say where.

        Parameters
        ----------
        theta : np.ndarray of shape (n, d)
        """
        outside = ~self.contains(np.asarray(theta, "float64"))
        if outside.any():
            columns = np.flatnonzero(outside.any(axis=0)).tolist()
            raise ValueError(
                f"{int(outside.any(axis=1).sum())} of {len(theta)} parameter vectors lie outside "
                f"the declared support (parameters with index {columns}). Widen support=, or pass "
                "parameters in the units that the support is given in."
            )


def _rounding(bounds) -> np.ndarray:
    """How far float32 may round a parameter past each of these bounds; 0 for an infinite one."""
    return 1e-6 * np.where(np.isfinite(bounds), np.abs(bounds), 0.0)
