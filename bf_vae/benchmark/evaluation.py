"""How far a method's posterior is from sbibm's reference."""

import time

import numpy as np

from ..diagnostics import c2st, calibration_table, mmd, mmd_sbibm
from ..finite_rows import finite_rows

NUM_SAMPLES = 10_000
# Simulated observations, and draws for each, of the calibration.
NUM_OBSERVATIONS, NUM_DRAWS = 1000, 1000


def evaluate(posterior, simulator, observation: int, num_samples: int = NUM_SAMPLES):
    """Draw for one stored observation and compare with as many draws of its reference.

    Parameters
    ----------
    posterior : Posterior
    simulator : BenchmarkSimulator
    observation : int
        1 to 10.
    num_samples : int, optional, default: 10,000

    Returns
    -------
    samples : np.ndarray of shape (num_samples, d)
    figures : dict
        ``c2st``, ``mmd`` (BayesFlow 1.x's definition), ``mmd_sbibm`` and ``sample_seconds``.

    Raises
    ------
    FloatingPointError
        If draws are not finite.
    """
    reference = simulator.reference_posterior(observation)[:num_samples]
    samples, seconds = timed_draws(posterior, simulator.observation(observation), num_samples)
    return samples, {
        "c2st": c2st(reference, samples),
        "mmd": mmd(reference, samples),
        "mmd_sbibm": mmd_sbibm(reference, samples),
        "sample_seconds": seconds,
    }


def timed_draws(posterior, y, num_samples: int):
    """Draw for one observation, of shape (m,): the draws, and seconds of a second call.

    The first call compiles.

    Raises
    ------
    FloatingPointError
        If draws are not finite.
    """
    posterior.sample(num_samples, y)
    started = time.perf_counter()
    samples = posterior.sample(num_samples, y)
    seconds = time.perf_counter() - started
    if bad := int((~finite_rows(samples)).sum()):
        raise FloatingPointError(f"{bad} of {num_samples} draws are not finite.")
    return samples, seconds


def calibration(posterior, simulator, seed: int) -> list[dict]:
    """Rank statistics and coverage over 1,000 new simulations, one row a parameter.

    Parameters
    ----------
    posterior : Posterior
        With ``samples_many``.
    simulator : BenchmarkSimulator
    seed : int
        Of the run; the new simulations are others than those of training.

    Returns
    -------
    list of dict
        ``parameter`` and the columns of `calibration_table`.
    """
    new = simulator.sample(NUM_OBSERVATIONS, seed=np.random.SeedSequence([seed, 5]))
    draws = posterior.sample_many(NUM_DRAWS, new["observables"])
    table = calibration_table(draws, new["parameters"], simulator.parameter_names)
    return table.reset_index().to_dict("records")
