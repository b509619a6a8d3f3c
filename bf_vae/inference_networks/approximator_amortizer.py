"""A BayesFlow 2 approximator as the Trainer wants its amortizer."""

import numpy as np
import tensorflow as tf

from .vae_inference_network import VAEInferenceNetwork

THETA, Y = "inference_variables", "inference_conditions"


class ApproximatorAmortizer:
    """What `Trainer` asks of an amortizer, answered by an approximator.

    Its inputs are those of the approximator's adapter: ``inference_variables``,
    ``inference_conditions``, ``summary_variables``.

    Parameters
    ----------
    approximator : bayesflow.approximators.ContinuousApproximator
    """

    def __init__(self, approximator):
        self.approximator = approximator

    def adapt(self, inputs: dict) -> None:
        """Create the weights, as the first batch of ``fit`` does; one of our networks screens."""
        self.approximator.build_from_data({k: v[:1] for k, v in inputs.items()})
        network = self.approximator.inference_network
        if isinstance(network, VAEInferenceNetwork) and set(inputs) == {THETA, Y}:
            y = np.asarray(inputs[Y])
            network.network.screen(np.asarray(inputs[THETA]), y, y.shape[-1])

    @property
    def is_adapted(self) -> bool:
        """Whether there are weights."""
        return self.approximator.built

    def compute_losses(self, inputs: dict, training=False, seed=None) -> dict:
        """The loss and its parts, scalars; BayesFlow has no seed for them."""
        stage = "training" if training else "validation"
        metrics = self.approximator.compute_metrics(**inputs, stage=stage)
        # "kl/inference_kl" (BayesFlow 2.0) and "CPVAE/kl" (2.1) to "kl"; the total loss stays.
        parts = {k.split("/")[-1].removeprefix("inference_"): v for k, v in metrics.items()}
        losses = parts | {"loss": metrics["loss"]}
        return {k: tf.cast(v, tf.float32) for k, v in losses.items()}

    weights = property(lambda self: self.approximator.weights)
    trainable_weights = property(lambda self: self.approximator.trainable_weights)
    losses = property(lambda self: self.approximator.losses)

    @property
    def is_warming_up(self) -> bool:
        """Whether the KL term of one of our networks is still being warmed up."""
        return getattr(self.approximator.inference_network, "is_warming_up", False)
