"""From the dictionary that a simulator gives to the one that an amortizer takes."""

import numpy as np

from ..amortizers.inputs import check_dictionary

# Contexts of BayesFlow 1.x's GenerativeModel, in the order in which they are joined. None is no
# context.
BATCHABLE = ("prior_batchable_context", "sim_batchable_context")
NON_BATCHABLE = ("prior_non_batchable_context", "sim_non_batchable_context")
WRITE = "Pass a configurator= that gives it the form that the networks should see, or drops it."


def default_configurator(simulations: dict) -> dict:
    """Rename BayesFlow 1.x's keys and leave 2.x's, and those of an amortizer, as they are.

    As BayesFlow 1.1.6's, it appends batchable contexts to the data, on the last axis, and makes
    non-batchable ones, with a row for each simulation, ``direct_conditions``.

    Parameters
    ----------
    simulations : dict
        Output of a generative model.

    Returns
    -------
    dict
        Input of an amortizer.

    Raises
    ------
    TypeError
        If the simulations are no dictionary.
    ValueError
        If there are no data, or a context cannot be joined to them.
    """
    check_dictionary(simulations, "Simulations")
    if "prior_draws" not in simulations:
        return simulations
    if simulations.get("sim_data") is None:
        raise ValueError("Simulations with 'prior_draws' need 'sim_data' beside them.")
    theta, data = simulations["prior_draws"], _joined(simulations, ("sim_data", *BATCHABLE))
    configured = {"parameters": theta, "summary_conditions": data}
    direct = _joined(simulations, NON_BATCHABLE)
    if direct is not None:
        if np.ndim(direct) != 2 or len(direct) != len(theta):
            raise ValueError(
                f"Non-batchable context of shape {np.shape(direct)} is no vector for each of the "
                f"{len(theta)} simulations. {WRITE}"
            )
        configured["direct_conditions"] = direct
    return configured


def _joined(simulations, keys):
    """The entries that are there, joined on their last axis; None if there are none."""
    present = [k for k in keys if simulations.get(k) is not None]
    if len(present) < 2:
        return simulations[present[0]] if present else None
    try:
        return np.concatenate([np.asarray(simulations[k]) for k in present], axis=-1)
    except ValueError as error:
        shapes = ", ".join(f"{k} of shape {np.shape(simulations[k])}" for k in present)
        raise ValueError(f"Context cannot be appended to the data: {shapes}. {WRITE}") from error
