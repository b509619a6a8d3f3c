"""The optimizers that the Trainer takes, and its own."""

import warnings

import keras

from .flat_adam import FlatAdam

# Averages over 200 steps at most, two or three epochs of a small budget.
EMA_MOMENTUM = 0.995


def default_optimizer(learning_rate: float, steps: int) -> FlatAdam:
    """Adam with a cosine decay to 0 within these steps, clipped gradients and moving averages."""
    schedule = keras.optimizers.schedules.CosineDecay(learning_rate, max(1, steps))
    return FlatAdam(schedule, global_clipnorm=1.0, use_ema=True, ema_momentum=EMA_MOMENTUM)


def given_optimizer(optimizer):
    """The user's optimizer, also by its name, or None; a TypeError for another package's."""
    if optimizer is None or isinstance(optimizer, keras.optimizers.Optimizer):
        return optimizer
    if isinstance(optimizer, str):
        return keras.optimizers.get(optimizer)
    raise TypeError(
        f"optimizer must be one of keras.optimizers (Keras 3), got {type(optimizer).__module__}."
        f"{type(optimizer).__name__}."
    )


def schedule_of(optimizer):
    """The learning rate's schedule, or None where it is constant."""
    rate = getattr(optimizer, "_learning_rate", None)
    return rate if isinstance(rate, keras.optimizers.schedules.LearningRateSchedule) else None


def warn_of_ended_schedule(optimizer, steps: int) -> None:
    """Warn if the learning rate will be 0 in half of these steps or more, as in a second call."""
    schedule = schedule_of(optimizer)
    if schedule is not None and float(schedule(optimizer.iterations + steps // 2)) == 0:
        warnings.warn(
            "The optimizer's learning-rate schedule ends, with a rate of 0, before half of this "
            "training: the rest changes no weight. Train without reuse_optimizer=True, or give an "
            "optimizer= whose schedule is long enough for all calls.",
            stacklevel=4,
        )
