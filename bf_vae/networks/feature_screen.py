"""Which features of the data say anything about the parameters.

Each feature that says nothing costs a network trained on few simulations accuracy: it finds what is
not there. Such features are found from the simulations before training, by correlations of ranks:
sure independence screening (Fan and Lv, 2008) with products of two, for scales and correlations.
"""

import numpy as np

from .rank_scores import FEWEST_SIMULATIONS, normal_scores, ranks, standardize, thinned

# Multiplications, half a minute at worst: with more features or parameters all are kept.
MOST_OPERATIONS = 1e12
# With the parameters shuffled, so that nothing is informative. A feature must be more than MARGIN
# times as strong, in squared correlation: the product of an informative feature and another varies
# more where the parameters are in their places.
NUM_SHUFFLES, MARGIN = 10, 2.0
# Of the features left out as a group, in standard deviations of the shuffled ones.
GROUP_LIMIT = 3.0


def informative_features(theta, y, seed: int = 0) -> np.ndarray:
    """Find the features to keep.

    A feature is kept if it, or its product with another, is correlated with a parameter or a
    product of two, clearly more than any feature is where the parameters are shuffled; or if it is
    so with what has been kept, or with a product of two of that and the parameters: a noise level
    or a sample size says nothing alone, and yet how far the rest may be trusted. The others are
    independent of parameters and kept data as far as second moments of normal scores can tell, and
    so would not change the posterior. All are kept if none is found, or if the ones to leave out
    say something together.

    Parameters
    ----------
    theta : array-like of shape (n, d)
    y : array-like of shape (n, m)
    seed : int, optional, default: 0
        Of the shuffling.

    Returns
    -------
    np.ndarray of bool, shape (m,)

    References
    ----------
    Fan and Lv (2008). Sure independence screening for ultrahigh dimensional feature space.
    """
    theta, y = thinned(theta, y)
    (n, m), d = y.shape, theta.shape[1]
    everything = np.ones(m, bool)
    operations = NUM_SHUFFLES * n * m**2 * (2 * d**2 + m) / 4
    if n < FEWEST_SIMULATIONS or m < 2 or operations > MOST_OPERATIONS:
        return everything
    rng = np.random.default_rng(seed)
    orders = [np.arange(n), *(rng.permutation(n) for _ in range(NUM_SHUFFLES))]
    theta, y = (normal_scores(ranks(x)) for x in (theta, y))
    strongest, alone, together = _dependence(y, _with_products(theta), orders)
    kept = strongest[0] > MARGIN * strongest[1:].max()
    if not kept.any():
        return everything
    found = kept
    while found.any() and not kept.all():
        found = np.zeros(m, bool)
        found[~kept] = _depends(y[:, ~kept], np.hstack([theta, y[:, kept]]), orders)
        kept = kept | found
    pairs = together[:, ~kept][:, :, ~kept].sum(axis=(1, 2))
    for group in (alone[:, ~kept].sum(axis=1), pairs):
        if group[0] > group[1:].mean() + GROUP_LIMIT * group[1:].std():
            return everything
    return kept


def _with_products(x):
    first, second = np.triu_indices(x.shape[1])
    return standardize(np.hstack([x, x[:, first] * x[:, second]]))


def _dependence(y, targets, orders):
    """How strongly features and their products are correlated with the targets.

    Returns
    -------
    strongest : np.ndarray of shape (orders, m)
        The largest over targets, for a feature or its product with any.
    alone : np.ndarray of shape (orders, m)
        The sum over targets for the features themselves.
    together : np.ndarray of shape (orders, m, m)
        The same for their products.
    """
    m = y.shape[1]
    strongest, alone = np.zeros((2, len(orders), m), "float32")
    together = np.zeros((len(orders), m, m), "float32")
    for j, squares in enumerate(_squared_correlations(y, targets, orders)):
        most, summed = squares.max(axis=2).T, squares.sum(axis=2).T
        strongest[:, j:] = np.maximum(strongest[:, j:], most[:, 1:])
        strongest[:, j] = np.maximum(strongest[:, j], most.max(axis=1))
        together[:, j, j:] = together[:, j:, j] = summed[:, 1:]
        alone[:, j] = summed[:, 0]
    return strongest, alone, together


def _depends(y, others, orders):
    """Which features are correlated with the others or their products, shape (features,)."""
    targets = np.hstack([standardize(y), standardize(np.square(y))])
    squares = _squared_correlations(others, targets, orders)
    strongest = np.max([s.max(axis=0) for s in squares], axis=0)
    strongest = strongest.reshape(len(orders), 2, -1).max(axis=1)
    return strongest[0] > MARGIN * strongest[1:].max()


def _squared_correlations(x, targets, orders):
    """Times n, of x and products of two of its columns with the targets, in each order of these.

    Yields
    ------
    np.ndarray of shape (1 + m - j, orders, targets)
        For column j of x of shape (n, m): itself, and its products with columns j, ..., m - 1.
    """
    targets = np.hstack([targets[order] for order in orders])
    for j in range(x.shape[1]):
        column = x[:, j : j + 1]
        products = standardize(np.hstack([column, column * x[:, j:]]))
        squares = np.square(products.T @ targets) / len(x)
        yield squares.reshape(len(squares), len(orders), -1)
