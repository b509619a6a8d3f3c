"""KL warm-up: the KL term comes in slowly, so that the latent does not collapse."""

import tensorflow as tf

from .float32_layer import Float32Layer
from .whole_number import whole_number

# Weight of the KL term in the first step.
FIRST_WEIGHT = 1e-3


class KLWarmup(Float32Layer):
    """Weight of the KL term in training, which rises linearly from 0.001 to 1.

    Without the rise the latent collapses on multimodal posteriors: the KL term is paid at once,
    while the decoder has not yet learned to use z.

    Parameters
    ----------
    num_steps : int
        Training steps of the rise; 0 gives the weight 1 at once.

    Raises
    ------
    TypeError, ValueError
        If ``num_steps`` is no whole number, or negative.

    References
    ----------
    Bowman et al. (2016). Generating sentences from a continuous space. CoNLL.
    """

    def __init__(self, num_steps: int, **kwargs):
        super().__init__(trainable=False, **kwargs)
        self.num_steps = whole_number("kl_warmup", num_steps, least=0)

    def build(self, input_shape=None):
        self.step = self.add_weight(name="step", initializer="zeros")
        self.built = True

    @property
    def is_over(self) -> bool:
        """Whether the weight has reached 1."""
        return bool(self.step.numpy() >= self.num_steps)

    def weight(self) -> tf.Tensor:
        """Weight of the KL term in the next step, a scalar."""
        rise = tf.convert_to_tensor(self.step) / max(self.num_steps, 1)
        return tf.clip_by_value(rise, FIRST_WEIGHT, 1.0) if self.num_steps else tf.constant(1.0)

    def advance(self) -> None:
        """Count one training step."""
        self.step.assign_add(1.0)
