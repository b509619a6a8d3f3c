"""BayesFlow 2's own networks at its own defaults."""

import keras

from .method import Method, Posterior
from .scale import Scale

# BayesFlow's `fit_offline` defaults.
EPOCHS, BATCH_SIZE = 100, 32


class BayesFlowWorkflow(Method):
    """``bf.BasicWorkflow`` with one of BayesFlow's inference networks, all defaults.

    What it gets beyond them: log or logit of the parameters by support (as its adapter's
    ``constrain`` would do), and z-scored data (``standardize="all"``).

    Parameters
    ----------
    name : str
        BayesFlow's name of the inference network, with hyphens: ``"coupling-flow"``.
    epochs : int, optional, default: 100
    """

    modules = ("bayesflow",)
    install = "'bayesflow>=2'"

    def fit(self, simulator, simulations, seed, observation=None):
        import bayesflow as bf

        keras.utils.set_random_seed(seed)
        network = self.name.replace("-", "_")
        theta = Scale(simulations["parameters"], simulator.support)
        y = Scale(simulations["observables"])
        workflow = bf.BasicWorkflow(
            inference_network=network,
            inference_variables=["parameters"],
            inference_conditions=["observables"],
        )
        epochs = self.epochs or EPOCHS
        workflow.fit_offline(
            {
                "parameters": theta.forward(simulations["parameters"]),
                "observables": y.forward(simulations["observables"]),
            },
            epochs=epochs,
            batch_size=BATCH_SIZE,
            verbose=0,
        )
        self.settings = {"network": network, "epochs": epochs, "batch_size": BATCH_SIZE}

        def draw(n, observation):
            conditions = {"observables": y.forward(observation[None])}
            draws = workflow.sample(num_samples=n, conditions=conditions, seed=seed)
            return theta.inverse(draws["parameters"][0])

        return Posterior(draw)
