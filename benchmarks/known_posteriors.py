"""The default CP-VAE where the posterior's density is known: ``make known-posteriors``.

Trains on simulations of each of the small problems in problems.py, and compares
``log p(theta | y)`` of new simulated pairs with the exact one. Rows go to
benchmarks/results/known_posteriors.csv as they are made; what is there is not made again.
``make tables`` puts their table into the documentation.
"""

import argparse
import time
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from missing_runs import train_missing
from problems import PROBLEMS

from bf_vae import __version__
from bf_vae.benchmark.methods.vae import train_whole
from bf_vae.benchmark.provenance import provenance
from bf_vae.benchmark.report.markdown import markdown_table
from bf_vae.diagnostics import coverage
from bf_vae.trainers.recipe import EPOCHS, kept_share, make_trainer

RESULTS = Path(__file__).parent / "results" / "known_posteriors.csv"
KEY = ["problem", "budget", "seed"]
LEVELS = {"coverage_50": 0.5, "coverage_90": 0.9}
COLUMNS = [*KEY, "num_parameters", "exact", "excess", *LEVELS, "train_seconds", "epochs"]
COLUMNS += ["resimulated_share", "version", "revision"]
NUM_TEST, NUM_DRAWS = 2000, 200


def run(name: str, budget: int, seed: int, epochs: int = EPOCHS) -> dict:
    """Train once; mean -log p(theta | y) of new simulations, and how much ours is above it."""
    problem = PROBLEMS[name]
    parameters, observables = problem.simulate(budget, np.random.default_rng(seed))
    trainer = make_trainer("cp-vae", problem.support, seed)
    started = time.perf_counter()
    simulations = {"parameters": parameters, "observables": observables}
    history = train_whole(trainer, simulations, epochs)
    seconds = time.perf_counter() - started

    theta, y = problem.simulate(NUM_TEST, np.random.default_rng(10_000))
    exact = problem.log_posterior(theta, y)
    ours = trainer.amortizer.log_posterior({"parameters": theta, "observables": y})
    draws = trainer.amortizer.sample({"observables": y}, NUM_DRAWS, seed=seed)
    shares = coverage(draws, theta, list(LEVELS.values())).mean(axis=1)
    return {
        "num_parameters": theta.shape[1],
        "exact": -exact.mean(),
        "excess": (exact - ours).mean(),
        **dict(zip(LEVELS, shares, strict=True)),
        "train_seconds": seconds,
        "epochs": len(history["val_losses"]),
        "resimulated_share": kept_share(history),
        "version": __version__,
        "revision": provenance()["revision"],
    }


def table() -> str:
    """A row a budget and problem: means over seeds."""
    rows = pd.read_csv(RESULTS)
    rows["problem"] = pd.Categorical(rows["problem"], list(PROBLEMS))
    head = ["problem", "parameters", "budget", "exact, nats", "ours above it", "coverage of 50 %"]
    head += ["of 90 %", "seeds"]
    body = []
    for (budget, name), of_problem in rows.groupby(["budget", "problem"], observed=True):
        mean = of_problem[["exact", "excess", *LEVELS]].mean()
        cells = [name, of_problem["num_parameters"].iloc[0], budget]
        cells += [f"{mean['exact']:.3f}", f"{mean['excess']:.3f}"]
        cells += [f"{100 * mean[level]:.0f} %" for level in LEVELS]
        body.append([str(cell) for cell in [*cells, len(of_problem)]])
    return markdown_table(head, body)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--problems", nargs="+", choices=list(PROBLEMS), default=list(PROBLEMS))
    parser.add_argument("--budgets", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    arguments = parser.parse_args()
    cells = (
        (name, budget, seed)
        for seed, budget, name in product(arguments.seeds, arguments.budgets, arguments.problems)
    )
    train_missing(RESULTS, COLUMNS, KEY, cells, run)
    print(table())


if __name__ == "__main__":
    main()
