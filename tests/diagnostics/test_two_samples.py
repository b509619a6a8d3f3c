import numpy as np
import pytest

from bf_vae.diagnostics import c2st, mmd
from bf_vae.diagnostics.mmd import BANDWIDTHS

RNG = np.random.default_rng(0)


def direct_mmd(x, y):
    def mean_kernel(a, b):
        squared = ((a[:, np.newaxis] - b[np.newaxis]) ** 2).sum(axis=-1)
        return sum(np.exp(-squared / (2 * s)).mean() for s in BANDWIDTHS)

    return mean_kernel(x, x) + mean_kernel(y, y) - 2 * mean_kernel(x, y)


@pytest.mark.parametrize(("n", "m", "d"), [(300, 200, 1), (1200, 700, 2), (500, 500, 10)])
@pytest.mark.parametrize("scale", [1e-3, 1.0, 30.0])
def test_mmd_against_a_direct_computation(n, m, d, scale):
    x, y = scale * RNG.normal(size=(n, d)), scale * (RNG.normal(size=(m, d)) + 0.3)
    assert mmd(x, y) == pytest.approx(direct_mmd(x, y), rel=1e-3, abs=1e-5)


def test_mmd_of_equal_samples_is_zero():
    x = RNG.normal(size=(50, 3))
    assert mmd(x, x.copy()) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(("shift", "scale"), [(0.0, 1.0), (0.8, 1.0), (0.0, 2.0)])
def test_c2st_against_scikit_learn(shift, scale):
    sklearn = pytest.importorskip("sklearn")  # noqa: F841
    from sklearn.model_selection import KFold, cross_val_score
    from sklearn.neural_network import MLPClassifier

    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(1500, 2)), shift + scale * rng.normal(size=(1500, 2))
    mean, std = x.mean(axis=0), x.std(axis=0, ddof=1)
    data = np.concatenate([(x - mean) / std, (y - mean) / std])
    target = np.repeat([0, 1], 1500)
    classifier = MLPClassifier((20, 20), max_iter=10_000, random_state=1)
    folds = KFold(5, shuffle=True, random_state=1)
    expected = cross_val_score(classifier, data, target, cv=folds).mean()
    # Both draw their own folds and weights; from seed to seed each varies by about 0.007 here.
    ours = np.mean([c2st(x, y, seed=seed) for seed in (1, 2, 3)])
    assert ours == pytest.approx(expected, abs=0.02)


def test_c2st_is_repeatable_and_knows_both_ends():
    x = RNG.normal(size=(400, 2))
    x[:, 1] = 3.0
    assert c2st(x, x + [20, 0]) > 0.99
    y = np.stack([RNG.normal(size=403), np.full(403, 3.0)], axis=1)
    assert c2st(x, y, seed=5) == c2st(x, y, seed=5)
    assert abs(c2st(x, y) - 0.5) < 0.08


@pytest.mark.parametrize("metric", [mmd, c2st])
def test_bad_samples(metric):
    good, bad = np.zeros((20, 2)), np.zeros((20, 2))
    bad[:3] = np.nan
    with pytest.raises(ValueError, match="second sample holds NaN or infinity in 3 of 20 rows"):
        metric(good, bad)
    with pytest.raises(ValueError, match="2 and 3 dimensions"):
        metric(good, np.zeros((20, 3)))
    with pytest.raises(ValueError, match="first sample needs shape"):
        metric(np.zeros(20), good)
