"""Adam over all weights as one vector.

A step of Keras' Adam with averages takes a dozen operations for each weight. The networks have some
dozens of small weights: joined, these are a dozen in all, and an epoch compiles in less time.
"""

from types import SimpleNamespace

import keras
import tensorflow as tf


class FlatAdam(keras.optimizers.Adam):
    """Keras' Adam, whose moments and moving averages are one vector each.

    Takes the arguments of `keras.optimizers.Adam` and makes the same updates, but for two:
    ``clipnorm`` clips the norm of all weights together, as ``global_clipnorm`` does, and the
    averages' momentum grows with the steps t from 0 to ``ema_momentum``, as t / (t + 10). They are
    of about the last tenth of the steps so far, and the initial weights fall out at once.
    """

    def build(self, variables):
        if self.built:
            return
        # In a namespace, as Keras would count the model's weights among the optimizer's variables.
        flat = keras.Variable(_joined(variables), trainable=False, name="weights")
        self._trained = SimpleNamespace(weights=list(variables), flat=flat)
        super().build([flat])

    def apply(self, grads, trainable_variables=None):
        """One step, from gradients in the order of the weights; None where there is none."""
        if not self.built:
            self.build(trainable_variables)
        weights = [w.value for w in self._trained.weights]
        grads = [tf.zeros_like(w) if g is None else g for w, g in zip(weights, grads, strict=True)]
        self._trained.flat.assign(_joined(weights))
        super().apply([_joined(grads)])
        self._assign(self._trained.flat)
        for weight in self._trained.weights:
            if weight.constraint is not None:
                weight.assign(weight.constraint(weight.value))

    def _update_model_variables_moving_average(self, trainable_variables):
        if self.use_ema:
            # Before this one. No variable where gradients are accumulated.
            steps = tf.cast(tf.convert_to_tensor(self.iterations), self._trained.flat.dtype)
            momentum = tf.minimum(self.ema_momentum, steps / (steps + 10))
            average = self._model_variables_moving_average[0]
            average.assign(momentum * average.value + (1 - momentum) * self._trained.flat.value)

    def finalize_variable_values(self, trainable_variables):
        """Make the averages the weights."""
        if self.use_ema:
            self._assign(self._model_variables_moving_average[0])

    def restart_averages(self):
        """Begin the averages anew, from the weights as they are."""
        if self.use_ema:
            self._model_variables_moving_average[0].assign(_joined(self._trained.weights))

    def _assign(self, vector):
        sizes = [w.shape.num_elements() for w in self._trained.weights]
        for weight, part in zip(self._trained.weights, tf.split(vector.value, sizes), strict=True):
            weight.assign(tf.reshape(part, weight.shape))


def _joined(tensors):
    # The user's own subnets may compute in another precision.
    return tf.concat([tf.reshape(tf.cast(t, tf.float32), [-1]) for t in tensors], axis=0)
