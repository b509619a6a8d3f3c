"""From the dictionary that a simulator gives to the one that an amortizer takes."""

# BayesFlow 1.x GenerativeModel -> amortizer. Contexts that are None there count as missing.
FROM_1X = {
    "prior_draws": "parameters",
    "sim_data": "summary_conditions",
    "sim_batchable_context": "direct_conditions",
    "prior_batchable_context": "direct_conditions",
}


def default_configurator(simulations: dict) -> dict:
    """Rename BayesFlow 1.x's keys and leave 2.x's, and those of an amortizer, as they are.

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
        If two context entries would both become ``direct_conditions``.
    """
    if not hasattr(simulations, "items"):
        raise TypeError(
            f"Simulations must be a dictionary of arrays, got {type(simulations).__name__}."
        )
    if "prior_draws" not in simulations:
        return simulations
    configured = {}
    for old, new in FROM_1X.items():
        value = simulations.get(old)
        if value is None:
            continue
        if new in configured:
            raise ValueError("Both contexts hold data: write a configurator that joins them.")
        configured[new] = value
    return configured
