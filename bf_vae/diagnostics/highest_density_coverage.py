"""How often highest-density regions of the joint posterior hold the true parameters."""

import numpy as np
import pandas as pd

from .coverage import LEVELS, coverage_of
from .draws import check_log_probs
from .fractional_ranks import ranks_of


def highest_density_coverage(log_prob_draws, log_prob_truths, levels=LEVELS) -> pd.DataFrame:
    """Expected coverage of highest-density regions.

    The region of level c is where the density is above that of a share 1 - c of the draws. One
    figure for all parameters together.

    Parameters
    ----------
    log_prob_draws : array-like of shape (n, num_draws)
        ``log q(theta | y)`` of posterior draws, for n simulated data sets.
    log_prob_truths : array-like of shape (n,)
        The same of the true parameters; ``-inf`` outside the posterior's support.
    levels : sequence of float, optional
        Nominal probabilities. Default: 0.05 to 0.95.

    Returns
    -------
    pandas.DataFrame
        One row a level (the index, "level"), the column "joint".

    Raises
    ------
    TypeError
        For a dictionary of draws.
    ValueError
        If the shapes do not fit, for NaN or infinity (but ``-inf`` of a truth), or a level outside
        of (0, 1).

    References
    ----------
    Hermans et al. (2022), A crisis in simulation-based inference? Beware, your posterior
    approximations can be unfaithful, arXiv 2110.06581, equation 1.
    """
    ranks = ranks_of(*check_log_probs(log_prob_draws, log_prob_truths))
    # The smallest region that holds the truth has the draws of higher density.
    return coverage_of(1 - ranks[:, np.newaxis], levels, ["joint"])
