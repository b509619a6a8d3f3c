"""BayesFlow 2's own networks at its own defaults."""

import keras

from .method import Method, Posterior
from .redraw import redraw_outside
from .scale import Scale

# BayesFlow's `fit_offline` defaults.
EPOCHS, BATCH_SIZE = 100, 32


class BayesFlowWorkflow(Method):
    """``bf.BasicWorkflow`` with one of BayesFlow's inference networks, all defaults.

    What it gets beyond them: the logarithm of positive parameters (as its adapter's ``constrain``
    would do) and z-scored parameters and data; draws outside a box are drawn again. No
    logit for boxes: it is no default, and on two_moons and slcp it made the coupling flow's density
    of held-out simulations worse.

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
        theta = Scale(simulations["parameters"], simulator.support, logit=False)
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

            def one_round(i):
                draws = workflow.sample(num_samples=n, conditions=conditions, seed=seed + 1000 * i)
                return theta.inverse(draws["parameters"][0])

            return redraw_outside(one_round, simulator.support)

        return Posterior(draw)
