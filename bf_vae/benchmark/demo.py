"""Train one estimator on one task and compare its posterior with the reference."""

import time
from dataclasses import dataclass

import numpy as np

from ..diagnostics import c2st, mmd
from ..simulators import get_simulator
from ..trainers.recipe import EPOCHS, VAE_METHODS
from .evaluation import NUM_SAMPLES, timed_draws
from .methods.vae import VAE


@dataclass
class DemoResult:
    """What one comparison gave; seconds are wall time, compilation included."""

    samples: np.ndarray
    train_seconds: float
    sample_seconds: float
    c2st: float
    mmd: float


def run_demo(
    task,
    method,
    budget,
    observation,
    seed,
    epochs=EPOCHS,
    num_samples=NUM_SAMPLES,
    progress_bar=False,
) -> DemoResult:
    """Train on ``budget`` simulations, then compare draws for one of sbibm's observations.

    Raises
    ------
    ValueError
        For an unknown task or method.
    """
    if method not in VAE_METHODS:
        raise ValueError(f"There is no method {method!r}; there are {', '.join(VAE_METHODS)}.")
    simulator = get_simulator(task)
    # First what would be missing after minutes of training.
    reference = simulator.reference_posterior(observation)[:num_samples]
    simulations = simulator.sample(budget, seed=seed)
    started = time.perf_counter()
    posterior = VAE(method, epochs, progress_bar).fit(simulator, simulations, seed)
    seconds = time.perf_counter() - started
    samples, sample_seconds = timed_draws(
        posterior, simulator.observation(observation), num_samples
    )
    figures = c2st(reference, samples), mmd(reference, samples)
    return DemoResult(samples, seconds, sample_seconds, *figures)
