"""Classifier two-sample test, as sbibm defines it, with its five folds as one network."""

import numpy as np
import tensorflow as tf

from .fold_classifier import FoldClassifier
from .samples import two_samples


def c2st(x, y, seed: int = 1, n_folds: int = 5, z_score: bool = True) -> float:
    """Cross-validated accuracy of a classifier that tells x from y.

    sbibm's classifier is scikit-learn's: two hidden layers of 10 d units, Adam, batches of 200,
    until the training loss has not improved by 1e-4 for ten epochs.

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
    ValueError
        If the samples are not two-dimensional, differ in d, are empty, hold NaN or infinity, or
        have fewer rows than folds.

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
    data = np.concatenate([x, y]).astype("float32")
    target = np.repeat([0.0, 1.0], [len(x), len(y)]).astype("float32")

    rng = np.random.default_rng(seed)
    held_out = np.array_split(rng.permutation(len(data)), n_folds)
    # Folds differ by one row at most; cutting the longer ones makes them one tensor.
    size = len(data) - len(held_out[0])
    kept = np.stack([rng.permutation(np.concatenate(held_out[:k] + held_out[k + 1 :]))[:size]
                     for k in range(n_folds)])  # fmt: skip
    classifier = FoldClassifier(n_folds, data.shape[1], 10 * data.shape[1], rng)
    classifier.fit(tf.constant(data[kept]), tf.constant(target[kept]))
    logits = classifier.logits(tf.constant(np.tile(data, (n_folds, 1, 1)))).numpy()
    scores = [
        np.mean((logits[k, rows] > 0) == (target[rows] > 0.5)) for k, rows in enumerate(held_out)
    ]
    return float(np.mean(scores))
