"""Maximum mean discrepancy, as BayesFlow 1.x defines it."""

import tensorflow as tf

from .samples import two_samples

BANDWIDTHS = (
    *(1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1),
    *(1, 5, 10, 15, 20, 25, 30, 35),
    *(100, 1e3, 1e4, 1e5, 1e6),
)
BLOCK = 1000


def mmd(x, y) -> float:
    """Biased estimate of the squared MMD under a sum of 19 Gaussian kernels.

    ``k(a, b) = sum_s exp(-|a - b|^2 / (2 s))`` with s from 1e-6 to 1e6. Computed in blocks: memory
    does not grow with the samples.

    Parameters
    ----------
    x : array-like of shape (n, d)
    y : array-like of shape (m, d)

    Returns
    -------
    float
        0 for equal samples; at most 38.

    Raises
    ------
    TypeError
        For a dictionary of draws.
    ValueError
        If the samples are not two-dimensional, differ in d, are empty, or hold NaN or infinity.

    References
    ----------
    Gretton et al. (2012), A kernel two-sample test. BayesFlow 1.1.6,
    ``computational_utilities.maximum_mean_discrepancy``.
    """
    x, y = two_samples(x, y)
    # Kernels see differences only; near zero float32 keeps more of them.
    centre = x.mean(axis=0)
    x, y = (x - centre).astype("float32"), (y - centre).astype("float32")
    value = mean_kernel(x, x) + mean_kernel(y, y) - 2.0 * mean_kernel(x, y)
    return max(0.0, value)


def mean_kernel(a, b, bandwidths=BANDWIDTHS) -> float:
    """Mean over all pairs of ``sum_s exp(-|a_i - b_j|^2 / (2 s))``; float32, (n, d) and (m, d)."""
    symmetric = a is b
    slopes = tf.constant([-0.5 / s for s in bandwidths], tf.float32)
    total = 0.0
    for i in range(0, len(a), BLOCK):
        for j in range(i if symmetric else 0, len(b), BLOCK):
            rows, columns = tf.constant(a[i : i + BLOCK]), tf.constant(b[j : j + BLOCK])
            block = float(_kernel_sum(rows, columns, slopes))
            total += 2.0 * block if symmetric and j > i else block
    return total / (len(a) * len(b))


@tf.function(jit_compile=True)
def _kernel_sum(a, b, slopes):
    # Differences per dimension: |a|^2 + |b|^2 - 2ab loses the small distances that s = 1e-6 sees.
    squared = tf.add_n(
        [tf.square(a[:, k, tf.newaxis] - b[tf.newaxis, :, k]) for k in range(a.shape[1])]
    )
    kernel = tf.add_n([tf.exp(squared * slopes[i]) for i in range(slopes.shape[0])])
    return tf.reduce_sum(tf.cast(tf.reduce_sum(kernel, axis=1), tf.float64))
