"""Components of a prior that start narrow: for posteriors of many narrow modes.

Components wider than the distance of a posterior's modes do not feel where these move with the
data, and stay as wide as all of them together.
"""

import numpy as np

# Where the outermost components are, in standard deviations of a parameter.
REACH = 2.0


def narrow_components(bias, start, dimensions, scale: float) -> None:
    """Let components start with a small scale, side by side, in some dimensions.

    Parameters
    ----------
    bias : keras.Variable
        Of the layer that ends in all components' locations and then all their raw scales, both in
        the order of ``start``.
    start : np.ndarray of shape (components, d)
        What is added to the locations.
    dimensions : np.ndarray of int
    scale : float
        Of each component.
    """
    values = bias.numpy()
    locations, raw_scales = np.arange(-2 * start.size, 0).reshape(2, *start.shape)[..., dimensions]
    start = start[:, dimensions]
    values[..., locations] += (REACH / np.abs(start).max(axis=0) - 1.0) * start
    values[..., raw_scales] += np.log(scale)
    bias.assign(values)
