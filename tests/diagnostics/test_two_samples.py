import os
import subprocess
import sys
import textwrap

import numpy as np
import pytest
from sbibm_c2st import two_normal_samples

from bf_vae.diagnostics import c2st, mmd, mmd_sbibm
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


@pytest.mark.parametrize(("n", "m", "d"), [(300, 200, 1), (1200, 700, 3)])
def test_sbibms_mmd_against_a_direct_computation(n, m, d):
    x, y = RNG.normal(size=(n, d)), RNG.normal(size=(m, d)) + 0.3
    distances = np.sqrt(((x[:, np.newaxis] - x[np.newaxis]) ** 2).sum(axis=-1))
    # The lower median over pairs of different draws, as torch.median takes it.
    pairs = np.sort(distances[np.triu_indices(n, k=1)])
    width = pairs[(len(pairs) - 1) // 2]

    def mean_kernel(a, b):
        squared = ((a[:, np.newaxis] - b[np.newaxis]) ** 2).sum(axis=-1)
        kernel = np.exp(-squared / (2 * width**2))
        if a is b:
            return (kernel.sum() - len(a)) / (len(a) * (len(a) - 1))
        return kernel.mean()

    expected = mean_kernel(x, x) + mean_kernel(y, y) - 2 * mean_kernel(x, y)
    assert mmd_sbibm(x, y) == pytest.approx(expected, rel=1e-3, abs=1e-6)


def test_sbibms_mmd_is_unbiased_and_needs_a_bandwidth():
    values = [mmd_sbibm(RNG.normal(size=(50, 2)), RNG.normal(size=(50, 2))) for _ in range(60)]
    assert abs(np.mean(values)) < 3 * np.std(values) / np.sqrt(60) + 1e-4
    assert min(values) < 0 < max(values)
    with pytest.raises(ValueError, match="no bandwidth"):
        mmd_sbibm(np.zeros((9, 2)), RNG.normal(size=(9, 2)))
    with pytest.raises(ValueError, match="two draws or more of each, got 9 and 1"):
        mmd_sbibm(RNG.normal(size=(9, 2)), np.zeros((1, 2)))


def test_mmd_of_equal_samples_is_zero():
    x = RNG.normal(size=(50, 3))
    assert mmd(x, x.copy()) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells the peak of a process.")
def test_mmd_of_ten_thousand_in_ten_dimensions_needs_little_memory():
    code = textwrap.dedent("""
        from pathlib import Path

        import numpy as np
        from bf_vae.diagnostics import mmd

        def peak():  # not ru_maxrss, which a process inherits from its parent
            lines = Path("/proc/self/status").read_text().splitlines()
            return next(1024 * int(line.split()[1]) for line in lines if "VmHWM" in line)

        rng = np.random.default_rng(0)
        x, y = rng.normal(size=(10_000, 10)), rng.normal(size=(10_000, 10))
        mmd(x[:1000], y[:1000])  # compilation is not the samples' memory
        before = peak()
        mmd(x, y)
        print(before, peak())
    """)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ
    )
    assert done.returncode == 0, done.stderr
    before, after = map(int, done.stdout.split())
    # A whole 10,000 x 10,000 block of float32 is 400 MB, one for each kernel 7.6 GB.
    assert after - before < 100e6
    # Python, TensorFlow and its compiler included.
    assert after < 1.5e9


# What sbibm 1.1.0's own c2st gives (scikit-learn 1.9.1, torch 2.13.0 on a CPU); made by
# `python tests/diagnostics/sbibm_c2st.py` where sbibm's metrics can be imported.
SBIBM_C2ST = {
    (2, 0.0, 1.0): 0.5025,
    (2, 0.5, 1.0): 0.6515,
    (2, 0.0, 1.5): 0.6447,
    (5, 0.0, 1.0): 0.4955,
    (5, 0.5, 1.0): 0.6578,
    (5, 0.0, 1.5): 0.6867,
}


@pytest.mark.parametrize(("d", "shift", "scale"), SBIBM_C2ST)
def test_c2st_against_sbibm(d, shift, scale):
    expected = SBIBM_C2ST[d, shift, scale]
    assert c2st(*two_normal_samples(d, shift, scale)) == pytest.approx(expected, abs=0.01)


def test_c2st_against_scikit_learn():
    from sklearn.model_selection import KFold, cross_val_score
    from sklearn.neural_network import MLPClassifier

    # Unequal sizes, folds that differ by a row, a last batch that is short.
    x, y = RNG.normal(size=(501, 2)), 0.5 + RNG.normal(size=(322, 2))
    data = np.concatenate([x, y]).astype("float32")
    target = np.repeat([0, 1], [len(x), len(y)])
    classifier = MLPClassifier((20, 20), max_iter=10_000, random_state=3)
    folds = KFold(7, shuffle=True, random_state=3)
    expected = cross_val_score(classifier, data, target, cv=folds).mean()
    assert c2st(x, y, seed=3, n_folds=7, z_score=False) == pytest.approx(expected, abs=0.005)


def test_c2st_is_repeatable_and_knows_both_ends():
    x = RNG.normal(size=(400, 2))
    x[:, 1] = 3.0
    assert c2st(x, x + np.array([20, 0])) > 0.99
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
    with pytest.raises(TypeError, match="second sample must be an array, got a dictionary"):
        metric(good, {"parameters": good})
