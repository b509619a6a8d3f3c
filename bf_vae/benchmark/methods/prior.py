"""The prior as a posterior."""

import numpy as np

from .method import Method, Posterior


class Prior(Method):
    """Draws of the prior: what knowing nothing of the data gives."""

    def fit(self, simulator, simulations, seed, observation=None):
        # Not the simulations' own seed, which would give their parameters again.
        return Posterior(lambda n, y: simulator.prior(n, seed=np.random.SeedSequence([seed, 1])))
