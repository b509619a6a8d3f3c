"""Train one estimator on one task and compare its posterior with the reference."""

import time
from dataclasses import dataclass

import keras
import numpy as np

from .amortizers import CPVAEAmortizer, UPVAEAmortizer
from .diagnostics import c2st, mmd
from .simulators import get_simulator
from .trainers import Trainer

METHODS = {
    "cp-vae": lambda support, seed: CPVAEAmortizer(support=support, seed=seed),
    "up-vae": lambda support, seed: UPVAEAmortizer(support=support, seed=seed),
    # The paper knows no supports.
    "cp-vae-paper": lambda support, seed: CPVAEAmortizer(preset="paper", seed=seed),
    "up-vae-paper": lambda support, seed: UPVAEAmortizer(preset="paper", seed=seed),
}
NUM_SAMPLES = 10_000


@dataclass
class DemoResult:
    """What one comparison gave; seconds are wall time, compilation included."""

    samples: np.ndarray
    train_seconds: float
    sample_seconds: float
    c2st: float
    mmd: float


def train(task: str, method: str, budget: int, seed: int, epochs: int = 200, progress_bar=False):
    """Train on ``budget`` simulations, a tenth of them held out to choose the best epoch.

    Returns
    -------
    (simulator, amortizer, seconds, epochs)

    Raises
    ------
    ValueError
        For an unknown task or method.
    """
    if method not in METHODS:
        raise ValueError(f"There is no method {method!r}; there are {', '.join(METHODS)}.")
    simulator = get_simulator(task)
    # Initial weights come from Keras' global generator.
    keras.utils.set_random_seed(seed)
    amortizer = METHODS[method](simulator.support, seed)
    trainer = Trainer(amortizer, default_lr=2e-3, seed=seed, progress_bar=progress_bar)
    simulations = simulator.sample(budget, seed=seed)
    started = time.perf_counter()
    history = trainer.train_offline(
        simulations,
        epochs=epochs,
        batch_size=min(128, budget // 2),
        validation_sims=0.1,
        early_stopping=True,
    )
    seconds = time.perf_counter() - started
    return simulator, amortizer, seconds, len(history["val_losses"])


def evaluate(
    simulator, amortizer, observation: int, seed: int, num_samples: int = NUM_SAMPLES
) -> tuple[np.ndarray, dict]:
    """Draws for one stored observation, and their distance from as many of the reference."""
    data = {"observables": simulator.observation(observation)}
    reference = simulator.reference_posterior(observation)[:num_samples]
    amortizer.sample(data, num_samples, seed=seed)  # the first call also loads kernels
    started = time.perf_counter()
    samples = amortizer.sample(data, num_samples, seed=seed)
    seconds = time.perf_counter() - started
    distances = {"c2st": c2st(reference, samples), "mmd": mmd(reference, samples)}
    return samples, {**distances, "sample_seconds": seconds}


def run_demo(
    task,
    method,
    budget,
    observation,
    seed,
    epochs=200,
    num_samples=NUM_SAMPLES,
    progress_bar=False,
) -> DemoResult:
    """`train`, then `evaluate`."""
    simulator, amortizer, seconds, _ = train(task, method, budget, seed, epochs, progress_bar)
    samples, figures = evaluate(simulator, amortizer, observation, seed, num_samples)
    return DemoResult(samples, seconds, **figures)
