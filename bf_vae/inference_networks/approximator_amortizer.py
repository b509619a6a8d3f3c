"""A BayesFlow 2 approximator as the Trainer wants its amortizer."""

import tensorflow as tf

from .vae_inference_network import UNITS, VAEInferenceNetwork

# The adapter's names and those that the Trainer, and a likelihood, knows.
PARAMETERS = "inference_variables"
NAMES = {PARAMETERS: "parameters", "inference_conditions": "observables"}
ADAPTERS_NAMES = {ours: theirs for theirs, ours in NAMES.items()}


class ApproximatorAmortizer:
    """What `Trainer` asks of an amortizer, answered by an approximator.

    Its inputs are those of `configure`: ``parameters``, ``observables``, and whatever else the
    approximator's adapter gives, as ``summary_variables``.

    Parameters
    ----------
    approximator : bayesflow.approximators.ContinuousApproximator
    """

    def __init__(self, approximator):
        self.approximator = approximator

    def configure(self, simulations: dict) -> dict:
        """Inputs from simulations, by the approximator's adapter."""
        adapted = self.approximator.adapter(simulations, stage="training")
        return _renamed(adapted, NAMES)

    def adapt(self, inputs: dict) -> None:
        """Create the weights, as the first batch of ``fit`` does; one of our networks adapts.

        With a summary network it fixes the standardization of the parameters only.

        Raises
        ------
        ValueError
            If parameters lie outside of our network's support, or are standardized beside one.
        """
        if not self.approximator.built:
            first = {k: v[:1] for k, v in inputs.items()}
            self.approximator.build_from_data(_renamed(first, ADAPTERS_NAMES))
        if not self._is_ours:
            return
        network = self.approximator.inference_network.network
        theta = self._checked_parameters(inputs, "training")
        # What a summary network says of the data changes in training.
        if set(inputs) - {"sample_weight"} == set(ADAPTERS_NAMES):
            y = self._standardized(inputs, "observables", "training")
            network.adapt(theta, y, y.shape[-1])
        else:
            network.theta_transform.adapt(theta)

    def check_simulations(self, inputs: dict) -> None:
        """Raise the errors of `adapt`, for further simulations."""
        if self._is_ours:
            self._checked_parameters(inputs, "validation")

    def _checked_parameters(self, inputs, stage):
        standardized = self.approximator.standardizer.standardize
        if self.approximator.inference_network.is_bounded and PARAMETERS in standardized:
            raise ValueError(f"The parameters are standardized, and there is a support. {UNITS}")
        theta = self._standardized(inputs, "parameters", stage)
        try:
            self.approximator.inference_network.network.theta_transform.support.check(theta)
        except ValueError as error:
            raise ValueError(f"{error} {UNITS}") from error
        return theta

    def _standardized(self, inputs, key, stage):
        """As the network sees it, by BayesFlow's running moments, which hardly move hereafter.

        Only the stage "training" moves them at all.
        """
        return self.approximator.standardizer.maybe_standardize(
            tf.cast(inputs[key], tf.float32), key=ADAPTERS_NAMES[key], stage=stage
        ).numpy()

    @property
    def support(self):
        """Bounds of the parameters, in the units that reach our network; or None."""
        return self.approximator.inference_network.network.bounds if self._is_ours else None

    @property
    def features_left_out(self) -> list[int]:
        """Columns of the data that one of our networks has screened out."""
        network = self.approximator.inference_network
        return network.network.y_transform.left_out if self._is_ours else []

    @property
    def _is_ours(self):
        return isinstance(self.approximator.inference_network, VAEInferenceNetwork)

    @property
    def is_adapted(self) -> bool:
        """Whether there are weights; of one of our networks, whether simulations adapted it."""
        if not (self.approximator.built and self._is_ours):
            return self.approximator.built
        return self.approximator.inference_network.network.is_adapted

    def compute_losses(self, inputs: dict, training=False, seed=None) -> dict:
        """The loss and its parts, scalars; BayesFlow has no seed for them."""
        stage = "training" if training else "validation"
        inputs = _renamed(inputs, ADAPTERS_NAMES)
        metrics = self.approximator.compute_metrics(**inputs, stage=stage)
        # "kl/inference_kl" (BayesFlow 2.0) and "CPVAE/kl" (2.1) to "kl"; the total loss stays.
        parts = {k.split("/")[-1].removeprefix("inference_"): v for k, v in metrics.items()}
        losses = parts | {"loss": metrics["loss"]}
        return {k: tf.cast(v, tf.float32) for k, v in losses.items()}

    weights = property(lambda self: self.approximator.weights)
    trainable_weights = property(lambda self: self.approximator.trainable_weights)
    losses = property(lambda self: self.approximator.losses)
    get_weights = property(lambda self: self.approximator.get_weights)
    set_weights = property(lambda self: self.approximator.set_weights)
    _flatten_layers = property(lambda self: self.approximator._flatten_layers)

    @property
    def is_warming_up(self) -> bool:
        """Whether the KL term of one of our networks is still being warmed up."""
        return getattr(self.approximator.inference_network, "is_warming_up", False)


def _renamed(inputs, names):
    return {names.get(key, key): value for key, value in inputs.items()}
