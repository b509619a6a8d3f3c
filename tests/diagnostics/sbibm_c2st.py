"""Samples whose C2ST is known; as a program, makes the figures with sbibm's own implementation.

pip install torch scikit-learn future autograd pyro-ppl && pip install --no-deps sbibm==1.1.0
python tests/diagnostics/sbibm_c2st.py
"""

import numpy as np

CASES = [(d, shift, scale) for d in (2, 5) for shift, scale in ((0.0, 1.0), (0.5, 1.0), (0.0, 1.5))]


def two_normal_samples(d, shift, scale):
    """2,000 standard normal draws, and 2,000 that are shifted and scaled, float32.

    In 5-D they lie on a grid: a classifier would learn single draws by heart, for hundreds of
    epochs in which rounding errors build up, and then equal definitions differ by about 0.005.
    """
    rng = np.random.default_rng(d)
    x = rng.standard_normal((2000, d), dtype=np.float32)
    y = np.float32(shift) + np.float32(scale) * rng.standard_normal((2000, d), dtype=np.float32)
    if d == 5:
        x, y = (np.float32(1.5) * np.round(a / np.float32(1.5)) for a in (x, y))
    return x, y


if __name__ == "__main__":
    import torch
    from sbibm.metrics import c2st

    for case in CASES:
        x, y = map(torch.from_numpy, two_normal_samples(*case))
        print(f"    {case}: {float(c2st(x, y)):.4f},", flush=True)
