"""What a learned likelihood brings as a second simulator, by held-out true simulations.

    python benchmarks/resimulation.py --tasks slcp lotka_volterra

Trains the likelihood, then the default CP-VAE for each share of data that it simulates anew, and
writes the validation losses (nats per simulation, lower is better) of a tenth of the budget to
benchmarks/results/resimulation.csv. Rows of the same task, budget and seed are replaced.
``make tables`` puts their means over seeds into the documentation.
"""

import argparse
from pathlib import Path

import pandas as pd

from bf_vae import __version__
from bf_vae.benchmark.report.markdown import markdown_table
from bf_vae.simulators import get_simulator
from bf_vae.trainers.recipe import EPOCHS, batch_size, make_trainer
from bf_vae.unfinished_file import unfinished_file

RESULTS = Path(__file__).parent / "results" / "resimulation.csv"
KEY = ["task", "budget", "seed"]


def compare(task: str, budget: int, seed: int, shares) -> pd.DataFrame:
    """One row a share, from one likelihood and the same initial weights."""
    simulator = get_simulator(task)
    trainer = make_trainer("cp-vae", simulator.support, seed)
    simulations = simulator.sample(budget, seed=seed)
    history = trainer.train_with_likelihood(simulations, EPOCHS, batch_size(budget), shares=shares)
    if trainer.interrupted:
        raise KeyboardInterrupt  # a training cut short is no result
    return history["shares"].assign(task=task, budget=budget, seed=seed, version=__version__)


def table() -> str:
    """Validation losses: a row a task, a column a share."""
    rows = pd.read_csv(RESULTS)
    wide = rows.pivot_table(index=["task", "budget"], columns="share", values="validation_loss")
    head = ["task", "budget", *(f"share {share:g}" for share in wide.columns)]
    body = [[*key, *(f"{loss:.3f}" for loss in losses)] for key, *losses in wide.itertuples()]
    return markdown_table(head, [[str(cell) for cell in row] for row in body])


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--tasks", nargs="+", default=["slcp", "lotka_volterra"])
    parser.add_argument("--budget", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--shares", type=float, nargs="+", default=[0.0, 0.5, 0.8, 1.0])
    arguments = parser.parse_args()
    for task in arguments.tasks:
        rows = compare(task, arguments.budget, arguments.seed, arguments.shares)
        print(rows.to_string(), flush=True)
        if RESULTS.exists():
            before = pd.read_csv(RESULTS)
            same = (before[KEY] == rows[KEY].iloc[0]).all(axis=1)
            rows = pd.concat([before[~same], rows])
        with unfinished_file(RESULTS) as partial:
            rows.to_csv(partial, index=False)


if __name__ == "__main__":
    main()
