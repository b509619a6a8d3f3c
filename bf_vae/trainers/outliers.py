"""Simulations so far from all others that they would spoil a training without a word."""

import warnings

import numpy as np
import tensorflow as tf

from ..networks.data_transform import DataTransform
from ..networks.parameter_transform import ParameterTransform

# Of one number in the variance of its feature, and the least standard deviations from the mean,
# which a handful of simulations cannot reach.
SHARE, DISTANCE = 0.25, 5.0


def warn_of_outliers(inputs: dict, amortizer) -> None:
    """Warn of features of the data, and parameters, whose scale is set by a single number.

    Among the simulations trained on, it hides what the feature says from the networks; among those
    held out, it alone decides when training stops. Features that a power transform brings back to
    their others, as data over orders of magnitude, are none of these; nor are parameters that the
    logarithm of their distance from a bound brings back.

    Parameters
    ----------
    inputs : dict of np.ndarray of shape (n, ..., features)
        All simulations, before some are held out.
    amortizer : keras.Model
        Without a ``support``, nothing is known of its parameters.
    """
    for key, data in inputs.items():
        if np.ndim(data) < 2 or not np.size(data):
            continue
        if key != "parameters":
            _warn_of_data(key, data)
        elif hasattr(amortizer, "support"):
            _warn_of_parameters(data, amortizer.support)


def _warn_of_data(key, data):
    transform = DataTransform()
    transform.build(data.shape)
    transform.adapt(data)
    rows = transform(tf.convert_to_tensor(data)).numpy().reshape(-1, data.shape[-1])
    if not len(alone := _set_by_one_number(rows)):
        return
    distances = np.abs(rows[:, alone[0]])
    row = int(distances.argmax()) // (len(rows) // len(data))
    warnings.warn(
        f"One number makes up a quarter or more of the variance of {len(alone)} feature(s) of "
        f"{key!r}: in feature {alone[0]} it is that of simulation {row} (counted from 0, without "
        f"rows that were dropped), {distances.max():.0f} standard deviations from the mean. The "
        "posterior may come out far too wide. Drop such simulations if they failed; otherwise "
        "pass the data on another scale, such as ranks or arcsinh.",
        stacklevel=5,
    )


def _warn_of_parameters(theta, support):
    transform = ParameterTransform(support)
    transform.build(theta.shape)
    # Those outside of the support are an error elsewhere.
    theta = theta[transform.contains(theta)]
    if not len(theta):
        return
    transform.adapt(theta)
    if len(alone := _set_by_one_number(transform(tf.convert_to_tensor(theta))[0].numpy())):
        warnings.warn(
            f"One number makes up a quarter or more of the variance of {len(alone)} parameter(s), "
            f"the first with index {alone[0]}: its prior has heavy tails, and the posterior may "
            "come out far too wide. Give one that is always positive the support (0, inf), and "
            "train on another scale of others, such as arcsinh.",
            stacklevel=5,
        )


def _set_by_one_number(rows):
    """Columns of which one number makes up a quarter or more of the variance."""
    squares = np.square(rows)
    largest = squares.max(axis=0)
    alone = (largest > SHARE * squares.sum(axis=0)) & (largest > DISTANCE**2)
    # What is almost always the same, as counts of something rare, says little anyway.
    alone &= np.median(np.abs(rows - np.median(rows, axis=0)), axis=0) > 0
    return np.flatnonzero(alone)
