"""Simulations so far from all others that they would spoil a training without a word."""

import warnings

import numpy as np
import tensorflow as tf

from ..networks.data_transform import DataTransform

# Of one number in the variance of its feature, and the least standard deviations from the mean,
# which a handful of simulations cannot reach.
SHARE, DISTANCE = 0.25, 5.0


def warn_of_outliers(inputs: dict) -> None:
    """Warn of features of the data whose scale is set by a single number.

    Among the simulations trained on, it hides what the feature says from the networks; among those
    held out, it alone decides when training stops. Features that a power transform brings back to
    their others, as data over orders of magnitude, are none of these.

    Parameters
    ----------
    inputs : dict of np.ndarray of shape (n, ..., features)
        All simulations, before some are held out; ``parameters`` are not looked at.
    """
    for key, data in inputs.items():
        if key == "parameters" or np.ndim(data) < 2 or not np.size(data):
            continue
        transform = DataTransform()
        transform.build(data.shape)
        transform.adapt(data)
        rows = transform(tf.convert_to_tensor(data)).numpy().reshape(-1, data.shape[-1])
        squares = np.square(rows)
        largest = squares.max(axis=0)
        alone = (largest > SHARE * squares.sum(axis=0)) & (largest > DISTANCE**2)
        # What is almost always the same, as counts of something rare, says little anyway.
        alone &= np.median(np.abs(rows - np.median(rows, axis=0)), axis=0) > 0
        if alone.any():
            column = int(np.flatnonzero(alone)[0])
            row = int(squares[:, column].argmax()) // (len(rows) // len(data))
            warnings.warn(
                f"One number makes up a quarter or more of the variance of {int(alone.sum())} "
                f"feature(s) of {key!r}: in feature {column} it is that of simulation {row} "
                f"(counted from 0, without rows that were dropped), {np.sqrt(largest[column]):.0f} "
                "standard deviations from the mean. The posterior may come out far too wide. Drop "
                "such simulations if they failed; otherwise pass the data on another scale, such "
                "as ranks or arcsinh.",
                stacklevel=4,
            )
