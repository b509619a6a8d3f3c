"""Moving averages of the weights, which Keras' optimizers keep with ``use_ema=True``."""

from contextlib import contextmanager


@contextmanager
def averaged_weights(optimizer, weights):
    """Weights that hold their moving averages inside the block, and themselves again after it.

    Averages hardly feel the noise of the last batches, so that the epoch that validates best is a
    good one at any learning rate. An optimizer without averages leaves the weights as they are.

    Parameters
    ----------
    optimizer : keras.optimizers.Optimizer
        Built.
    weights : list of keras.Variable
        The trainable weights.
    """
    if not getattr(optimizer, "use_ema", False):
        yield
        return
    raw = [weight.numpy() for weight in weights]
    optimizer.finalize_variable_values(weights)
    try:
        yield
    finally:
        for weight, value in zip(weights, raw, strict=True):
            weight.assign(value)
