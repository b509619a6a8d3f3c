"""scikit-learn's multilayer perceptron classifier, several times as fast on small batches."""

import numpy as np

BATCH_SIZE, LEARNING_RATE, L2 = 200, 1e-3, 1e-4
BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8
TOLERANCE, PATIENCE, MAX_EPOCHS = 1e-4, 10, 10_000


class Perceptron:
    """Binary classifier with two hidden layers of ReLU.

    Weights, order of the rows, loss, optimizer and stopping rule are those of scikit-learn's
    ``MLPClassifier((width, width), solver="adam", random_state=seed)`` on float32: equal seeds give
    equal training up to rounding. What is saved is scikit-learn's bookkeeping and memory traffic.

    Parameters
    ----------
    num_features, width : int
    seed : int
    """

    def __init__(self, num_features: int, width: int, seed: int):
        # scikit-learn draws from the legacy generator.
        self._random = np.random.RandomState(seed)
        self._shapes = [(num_features, width), (width, width), (width, 1)]
        size = sum((rows + 1) * columns for rows, columns in self._shapes)
        # All parameters lie in one array, weights first, so that a step of Adam is few operations.
        self._parameters, self._gradient, self._first, self._second, self._scratch = np.zeros(
            (5, size), np.float32
        )
        self._weights, self._biases = self._views(self._parameters)
        self._weight_gradients, self._bias_gradients = self._views(self._gradient)
        self._num_weights = sum(weights.size for weights in self._weights)
        self._num_steps = 0
        for weights, bias in zip(self._weights, self._biases, strict=True):
            bound = np.sqrt(6.0 / sum(weights.shape))
            weights[:] = self._random.uniform(-bound, bound, weights.shape)
            bias[:] = self._random.uniform(-bound, bound, bias.shape)

    def _views(self, flat):
        ends = np.cumsum([rows * columns for rows, columns in self._shapes])
        *weights, biases = np.split(flat, ends)
        weights = [w.reshape(shape) for w, shape in zip(weights, self._shapes, strict=True)]
        return weights, np.split(biases, np.cumsum([columns for _, columns in self._shapes])[:-1])

    def fit(self, x: np.ndarray, second: np.ndarray) -> "Perceptron":
        """Train until the loss has not improved by 1e-4 for more than ten epochs.

        Parameters
        ----------
        x : np.ndarray of shape (n, num_features), float32
        second : np.ndarray of shape (n,), bool
            Whether a row belongs to the second class.
        """
        sign = np.where(second, 1, -1).astype(np.float32)[:, np.newaxis]
        order = np.arange(len(x))
        best, waited = np.inf, 0
        self._allocate(min(BATCH_SIZE, len(x)))
        for _ in range(MAX_EPOCHS):
            self._random.shuffle(order)
            loss = self._epoch(x[order], sign[order])
            waited = waited + 1 if loss > best - TOLERANCE else 0
            best = min(best, loss)
            if waited > PATIENCE:
                break
        return self

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Whether the second class is the likelier, bool of shape (n,)."""
        for weights, bias in zip(self._weights[:-1], self._biases[:-1], strict=True):
            x = np.maximum(x @ weights + bias, 0)
        return (x @ self._weights[-1] + self._biases[-1])[:, 0] > 0

    def _allocate(self, rows):
        width = self._shapes[0][1]
        self._layers = np.empty((4, rows, width), np.float32)
        self._positive = np.empty((2, rows, width), bool)
        self._ones = np.ones((1, rows), np.float32)

    def _epoch(self, x, sign):
        total = 0.0
        # exp(-margin) may overflow to infinity: a probability of 0, as it should be.
        with np.errstate(over="ignore"):
            for begin in range(0, len(x), BATCH_SIZE):
                rows = slice(begin, begin + BATCH_SIZE)
                total += self._backpropagate(x[rows], sign[rows])
                self._update()
        return total / len(x)

    def _backpropagate(self, x, sign):
        """Leave the mean loss's gradient in ``_gradient``; return the summed loss."""
        n = len(x)
        w1, w2, w3 = self._weights
        b1, b2, b3 = self._biases
        hidden1, hidden2, delta1, delta2 = self._layers[:, :n]
        positive1, positive2 = self._positive[:, :n]

        _relu_layer(x, w1, b1, hidden1, positive1)
        _relu_layer(hidden1, w2, b2, hidden2, positive2)
        right = 1 / (1 + np.exp(-sign * (hidden2 @ w3 + b3)))
        loss = -np.log(np.maximum(right, np.finfo(np.float32).eps)).sum()
        weights = self._parameters[: self._num_weights]
        loss += 0.5 * L2 * (weights @ weights)

        delta3 = (right - 1) * sign / n
        np.multiply(delta3, w3.T, out=delta2)
        delta2 *= positive2
        np.matmul(delta2, w2.T, out=delta1)
        delta1 *= positive1
        for values, delta, weight_gradient, bias_gradient in zip(
            (x, hidden1, hidden2), (delta1, delta2, delta3),
            self._weight_gradients, self._bias_gradients, strict=True,
        ):  # fmt: skip
            np.matmul(values.T, delta, out=weight_gradient)
            np.matmul(self._ones[0, :n], delta, out=bias_gradient)
        penalty = np.multiply(weights, L2 / n, out=self._scratch[: self._num_weights])
        self._gradient[: self._num_weights] += penalty
        return loss

    def _update(self):
        """One step of Adam; the moments' factors 1 - beta are applied at the end."""
        gradient, first, second, step = self._gradient, self._first, self._second, self._scratch
        self._num_steps += 1
        rate = LEARNING_RATE * np.sqrt(1 - BETA_2**self._num_steps) / (1 - BETA_1**self._num_steps)
        first *= BETA_1
        first += gradient
        gradient *= gradient
        second *= BETA_2
        second += gradient
        root = np.sqrt(1 - BETA_2)
        np.sqrt(second, out=step)
        step += EPSILON / root
        np.divide(first, step, out=step)
        step *= float(rate * (1 - BETA_1) / root)
        self._parameters -= step


def _relu_layer(x, weights, bias, out, positive):
    np.matmul(x, weights, out=out)
    out += bias
    np.greater(out, 0, out=positive)
    # Faster than np.maximum, and the mask is needed for the gradient.
    out *= positive
