"""Neural posterior estimation by sbi, on data as our defaults see them."""

import numpy as np

from ...amortizers import CPVAEAmortizer
from .method import Posterior
from .npe import NPE


class PreparedNPE(NPE):
    """`NPE` after the power transforms, the z-scores and the screening of the default CP-VAE.

    It tells what of the distance between the two is due to the preparation of the data.
    """

    def fit(self, simulator, simulations, seed, observation=None):
        amortizer = CPVAEAmortizer(support=simulator.support)
        amortizer.adapt(simulations)
        num_features = simulations["observables"].shape[1]
        read = np.setdiff1d(np.arange(num_features), amortizer.features_left_out)

        def prepare(y):
            return amortizer.summarize({"observables": y})[:, read]

        prepared = {**simulations, "observables": prepare(simulations["observables"])}
        posterior = super().fit(simulator, prepared, seed)
        self.settings["features_read"] = read.tolist()
        return Posterior(lambda n, y: posterior.sample(n, prepare(y[np.newaxis])[0]))
