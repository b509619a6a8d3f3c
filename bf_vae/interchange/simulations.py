"""Simulations with the names of their columns."""

from dataclasses import dataclass

import numpy as np

from ..diagnostics.draws import parameter_names
from ..trainers.simulation_checks import finite_simulations
from .names import listed


@dataclass
class Simulations:
    """Pairs of parameters and data.

    Parameters
    ----------
    parameters : np.ndarray of shape (n, d)
    observables : np.ndarray of shape (n, ...)
    parameter_names, observable_names : list of str or None
    """

    parameters: np.ndarray
    observables: np.ndarray
    parameter_names: list[str] | None = None
    observable_names: list[str] | None = None

    def __len__(self):
        return len(self.parameters)

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """As amortizers and the Trainer take them."""
        return {"parameters": self.parameters, "observables": self.observables}

    def finite(self, drop_invalid: bool = False) -> "Simulations":
        """The same, or without the rows that hold NaN or infinity.

        Raises
        ------
        ValueError
            If there are such rows and they are not to be dropped, or none remain.
        """
        with np.errstate(over="ignore"):  # what float32, which networks see, cannot hold
            valid = finite_simulations({k: v.astype("float32") for k, v in self.arrays.items()})
        if valid.all():
            return self
        rows = (np.flatnonzero(~valid) + 1).tolist()
        shown = ", ".join(map(str, rows[:5])) + (", ..." if len(rows) > 5 else "")
        found = f"{len(rows)} of {len(valid)} simulations hold NaN or infinity (rows {shown})"
        if not drop_invalid:
            raise ValueError(
                f"{found}. Mend them, or drop them: drop_invalid=True, or "
                "--drop-invalid on the command line."
            )
        if not valid.any():
            raise ValueError(f"{found}: none are left.")
        return Simulations(
            self.parameters[valid],
            self.observables[valid],
            self.parameter_names,
            self.observable_names,
        )

    def check_parameters_vary(self) -> None:
        """Raise a ValueError if a parameter has one value, as networks see it, in all rows."""
        values = self.parameters.astype("float32")
        constant = (values == values[0]).all(axis=0)
        if constant.any():
            names = parameter_names(self.parameter_names, len(constant))
            fixed = listed(name for name, same in zip(names, constant, strict=True) if same)
            raise ValueError(
                f"Nothing can be learned of the parameters {fixed}: each has the same value in all "
                "simulations (in float32). Leave these columns out."
            )
