"""Classifier two-sample test, as sbibm defines it."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from threadpoolctl import threadpool_limits

from .perceptron import Perceptron
from .samples import two_samples


def c2st(x, y, seed: int = 1, n_folds: int = 5, z_score: bool = True) -> float:
    """Cross-validated accuracy of a classifier that tells x from y.

    sbibm's classifier is scikit-learn's: two hidden layers of 10 d units, Adam, batches of 200,
    until the training loss has not improved by 1e-4 for ten epochs. Folds and initial weights are
    sbibm's too: equal seeds give its figure up to what rounding grows to in a training, a hundredth
    for some hundred draws and less for more.

    Parameters
    ----------
    x : array-like of shape (n, d)
        By convention the reference: it gives the z-scores.
    y : array-like of shape (m, d)
    seed : int, optional, default: 1
    n_folds : int, optional, default: 5
    z_score : bool, optional, default: True
        Whether both are standardized by the mean and standard deviation of x.

    Returns
    -------
    float
        0.5 for samples that cannot be told apart (of equal size), 1 for separate ones.

    Raises
    ------
    TypeError
        For a dictionary of draws.
    ValueError
        If the samples are not two-dimensional, differ in d, are empty, hold NaN or infinity, or
        have fewer than two rows a fold.

    References
    ----------
    Lopez-Paz and Oquab (2017), Revisiting classifier two-sample tests. Lueckmann et al. (2021),
    Benchmarking simulation-based inference.
    """
    x, y = two_samples(x, y)
    if len(x) + len(y) < 2 * n_folds or n_folds < 2:
        raise ValueError(f"{len(x) + len(y)} rows are too few for {n_folds} folds (2 or more).")
    if z_score:
        mean, std = x.mean(axis=0), x.std(axis=0, ddof=1) if len(x) > 1 else np.ones(x.shape[1])
        std = np.where(std > 0, std, 1.0)
        x, y = (x - mean) / std, (y - mean) / std
    data = np.concatenate([x, y]).astype(np.float32)
    is_y = np.arange(len(data)) >= len(x)

    order = np.arange(len(data))
    np.random.RandomState(seed).shuffle(order)

    def accuracy(rows):
        held_out = np.zeros(len(data), bool)
        held_out[rows] = True
        classifier = Perceptron(data.shape[1], 10 * data.shape[1], seed)
        classifier.fit(data[~held_out], is_y[~held_out])
        return np.mean(classifier.predict(data[held_out]) == is_y[held_out])

    # One fold a core: the matrices are too small for several cores to share one.
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(os.cpu_count()) as pool:
        return float(np.mean(list(pool.map(accuracy, np.array_split(order, n_folds)))))
