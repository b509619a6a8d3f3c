"""Posterior draws for many observations, with a progress bar."""

import numpy as np
from tqdm.auto import tqdm

# Draws that are made at a time, over all observations of a block.
BLOCK = 500_000


def draw_posteriors(amortizer, observables, num_samples: int, seed: int, progress_bar: bool):
    """Draws for each observation.

    Parameters
    ----------
    amortizer : CPVAEAmortizer or UPVAEAmortizer
    observables : np.ndarray of shape (n, ...)
    num_samples : int
    seed : int
    progress_bar : bool

    Returns
    -------
    np.ndarray of shape (n, num_samples, d)
    """
    size = max(1, BLOCK // num_samples)
    starts = range(0, len(observables), size)
    blocks = [{"observables": observables[start : start + size]} for start in starts]
    draws = []
    with tqdm(total=len(observables), desc="Sampling", disable=not progress_bar) as bar:
        for i, block in enumerate(blocks):
            count = len(block["observables"])
            drawn = amortizer.sample(block, num_samples, seed=seed + i)
            draws.append(drawn.reshape(count, num_samples, -1))
            bar.update(count)
    return np.concatenate(draws)
