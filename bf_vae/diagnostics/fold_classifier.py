"""scikit-learn's multilayer perceptron classifier, for several folds at once."""

import numpy as np
import tensorflow as tf

BATCH_SIZE, LEARNING_RATE, L2 = 200, 1e-3, 1e-4
BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8
TOLERANCE, PATIENCE, MAX_EPOCHS = 1e-4, 10, 10_000


class FoldClassifier:
    """Binary classifiers with two hidden layers of ReLU, one per fold, trained side by side.

    Initialisation, loss, optimizer and stopping rule are those of scikit-learn's ``MLPClassifier``
    with ``solver="adam"``; each fold stops by itself, and then stays as it is.

    Parameters
    ----------
    num_folds, num_features, width : int
    rng : np.random.Generator
    """

    def __init__(self, num_folds, num_features, width, rng):
        self.num_folds, self.rng = num_folds, rng
        sizes = [(num_features, width), (width, width), (width, 1)]
        weights = []
        for fan_in, fan_out in sizes:
            bound = np.sqrt(6.0 / (fan_in + fan_out))
            weights.append(rng.uniform(-bound, bound, (num_folds, fan_in, fan_out)))
            weights.append(rng.uniform(-bound, bound, (num_folds, 1, fan_out)))
        self.weights = [tf.constant(w, tf.float32) for w in weights]

    def fit(self, x, target):
        """Train on x of shape (folds, n, features) and target of shape (folds, n), 0 or 1."""
        size = x.shape[1]
        batch = min(BATCH_SIZE, size)
        zeros = [tf.zeros_like(w) for w in self.weights]
        first, second, step = zeros, zeros, tf.constant(0.0)
        best = np.full(self.num_folds, np.inf)
        waited = np.zeros(self.num_folds, int)
        active = np.ones(self.num_folds, bool)
        for _ in range(MAX_EPOCHS):
            order = np.stack([self.rng.permutation(size) for _ in range(self.num_folds)])
            self.weights, first, second, step, losses = _epoch(
                x, target, tf.constant(order, tf.int32), tf.constant(active, tf.float32),
                self.weights, first, second, step, batch,
            )  # fmt: skip
            losses = losses.numpy()
            waited = np.where(losses > best - TOLERANCE, waited + 1, 0)
            best = np.minimum(best, losses)
            active &= waited <= PATIENCE
            if not active.any():
                break

    def logits(self, x):
        """Log-odds of the second sample, shape (folds, n)."""
        return _logits(self.weights, x)


def _logits(weights, x):
    w1, b1, w2, b2, w3, b3 = weights
    # One small matmul per fold: XLA's batched matmul is slower on CPUs.
    rows = []
    for k in range(x.shape[0]):
        hidden = tf.nn.relu(x[k] @ w1[k] + b1[k])
        hidden = tf.nn.relu(hidden @ w2[k] + b2[k])
        rows.append(tf.squeeze(hidden @ w3[k] + b3[k], axis=-1))
    return tf.stack(rows)


@tf.function(jit_compile=True)
def _epoch(x, target, order, active, weights, first, second, step, batch):
    x, target = tf.gather(x, order, batch_dims=1), tf.gather(target, order, batch_dims=1)
    folds, size = target.shape
    keep = tf.reshape(active, (folds, 1, 1))

    def update(state, begin, count):
        weights, first, second, step, total = state
        rows = tf.slice(x, (0, begin, 0), (folds, count, x.shape[2]))
        labels = tf.slice(target, (0, begin), (folds, count))
        with tf.GradientTape() as tape:
            tape.watch(weights)
            errors = tf.nn.sigmoid_cross_entropy_with_logits(labels, _logits(weights, rows))
            penalty = tf.add_n([tf.reduce_sum(w**2, axis=(1, 2)) for w in weights[::2]])
            losses = tf.reduce_mean(errors, axis=1) + 0.5 * L2 * penalty / count
        gradients = tape.gradient(losses, weights)
        step += 1.0
        rate = LEARNING_RATE * tf.sqrt(1.0 - BETA_2**step) / (1.0 - BETA_1**step)
        first = [BETA_1 * m + (1 - BETA_1) * g for m, g in zip(first, gradients, strict=True)]
        second = [BETA_2 * v + (1 - BETA_2) * g * g for v, g in zip(second, gradients, strict=True)]
        weights = [
            w - keep * rate * m / (tf.sqrt(v) + EPSILON)
            for w, m, v in zip(weights, first, second, strict=True)
        ]
        return weights, first, second, step, total + losses * count

    state = (list(weights), list(first), list(second), step, tf.zeros(folds))
    whole = size // batch
    state = tf.while_loop(
        lambda i, *_: i < whole,
        lambda i, *s: (i + 1, *update(s, i * batch, batch)),
        (tf.constant(0), *state),
    )[1:]
    if size % batch:
        state = update(state, whole * batch, size % batch)
    *state, total = state
    return *state, total / size
