"""A Keras 3 model that BayesFlow 1.x's own Trainer drives.

Importing this module needs BayesFlow 1.x and does three things for its Trainer:

- `AmortizerModel` counts as an `AmortizedPosterior`, so that the Trainer finds its configurator.
- The Trainer's diagnostics ask for exactly the type `AmortizedPosterior`, which no other class can
  be. Inside `bayesflow.trainers`, ``type`` says so of an `AmortizerModel`. BayesFlow's code itself
  stays as it is.
- Keras 3's optimizers get the attribute ``lr``, which the Trainer reads to show the learning rate.
"""

import bayesflow.trainers
import keras
import tensorflow as tf
from bayesflow.amortizers import AmortizedPosterior

from .build_state import BuildState


class AmortizerModel(keras.Model):
    """Base of the amortizers where BayesFlow 1.x is installed."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._build_state = BuildState(self)

    @property
    def trainable_variables(self):
        """The trainable weights as `tf.Variable`, which Keras 2's optimizers and models take."""
        return [weight.value for weight in self.trainable_weights]

    @property
    def non_trainable_variables(self):
        """All other variables as `tf.Variable`."""
        return [variable.value for variable in super().non_trainable_variables]

    def call_loop(self, input_list, **kwargs):
        """The model's two outputs for a list of inputs, each joined along the batch."""
        outputs = [self(inputs, **kwargs) for inputs in input_list]
        return tuple(tf.concat(parts, axis=0) for parts in zip(*outputs, strict=True))


def _type(value):
    return AmortizedPosterior if isinstance(value, AmortizerModel) else type(value)


AmortizedPosterior.register(AmortizerModel)
bayesflow.trainers.type = _type
keras.optimizers.Optimizer.lr = property(lambda optimizer: optimizer.learning_rate)
