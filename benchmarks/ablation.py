"""What each ingredient of the default CP-VAE is worth: ``make ablation``.

Trains the default, and the default with one ingredient off or replaced, and compares the density of
new simulated pairs, ``-log p(theta | y)``: no reference posterior is looked at. Rows go to
benchmarks/results/ablation.csv as they are made; what is there is not made again.
``make tables`` puts their table into the documentation.
"""

import argparse
import time
from contextlib import ExitStack
from itertools import product
from pathlib import Path
from unittest.mock import patch

import keras
import pandas as pd
from missing_runs import train_missing

from bf_vae import __version__
from bf_vae.benchmark.methods.vae import train_whole
from bf_vae.benchmark.provenance import provenance
from bf_vae.benchmark.report.markdown import markdown_table
from bf_vae.simulators import get_simulator
from bf_vae.trainers import trainer as trainer_module
from bf_vae.trainers import training_run
from bf_vae.trainers.flat_adam import FlatAdam
from bf_vae.trainers.recipe import LEARNING_RATE, make_trainer

RESULTS = Path(__file__).parent / "results" / "ablation.csv"
KEY = ["ingredient_off", "task", "budget", "seed"]
COLUMNS = [*KEY, "negative_log_posterior", "train_seconds", "epochs", "version", "revision"]
OFF = {
    "none": {},
    "autoregressive prior, mixture instead": {"prior": "mixture"},
    "autoregressive prior, Gaussian instead": {"prior": "gaussian"},
    "decoder by support": {"decoder": "diagonal"},
    "linear skip": {"linear_skip": False},
    "linear residual": {"linear_residual": False},
    "power transforms": {"power_transform": False},
    "feature screening": {"screen_features": False},
    "two members of 3 x 64, one instead": {"num_members": 1},
    "two members of 3 x 64, four instead": {"num_members": 4},
    "three layers of 64, two of 128 instead": {"widths": (128, 128)},
    "averaged weights": {},
    "learning rate of 0.004": {},  # 0.002 instead
    "last part of the schedule": {},
    "resimulation where it overfits": {},
    "one draw of z in the bound, four instead": {"num_importance": 4},
    "no KL warm-up, one of 2,000 steps instead": {"kl_warmup": 2000},
}
NUM_TEST = 4000


def optimizer_without_averages(learning_rate: float, steps: int):
    """The Trainer's own, but for the averages."""
    schedule = keras.optimizers.schedules.CosineDecay(learning_rate, steps)
    return FlatAdam(schedule, global_clipnorm=1.0)


def run(off: str, task: str, budget: int, seed: int) -> dict:
    """Train once; the mean -log p of new simulations in nats."""
    simulator = get_simulator(task)
    simulations, test = simulator.sample(budget, seed=seed), simulator.sample(NUM_TEST, seed=10_000)
    trainer = make_trainer("cp-vae", simulator.support, seed, **OFF[off])
    if off == "learning rate of 0.004":
        trainer.default_lr = LEARNING_RATE / 2
    started = time.perf_counter()
    with ExitStack() as patches:
        # Refused, and not in vain, where there is no such name any more.
        if off == "averaged weights":
            name, instead = "default_optimizer", optimizer_without_averages
            patches.enter_context(patch.object(trainer_module, name, instead))
        elif off == "last part of the schedule":
            patches.enter_context(patch.object(training_run, "LAST_PART", 0))
        resimulate = off != "resimulation where it overfits"
        history = train_whole(trainer, simulations, resimulate=resimulate)
    seconds = time.perf_counter() - started
    return {
        "negative_log_posterior": -float(trainer.amortizer.log_posterior(test).mean()),
        "train_seconds": seconds,
        "epochs": len(history["val_losses"]),
        "version": __version__,
        "revision": provenance()["revision"],
    }


def table() -> str:
    """Nats lost without an ingredient: the mean over seeds, and their number."""
    rows = pd.read_csv(RESULTS)
    if rows.empty:
        return "Not made yet."
    wide = rows.pivot_table(
        index=["task", "budget", "seed"], columns="ingredient_off", values="negative_log_posterior"
    )
    lost = wide.sub(wide["none"], axis=0).groupby("task").agg(["mean", "count"])
    tasks = list(dict.fromkeys(rows["task"]))

    def cell(off, task):
        count = lost.loc[task].get((off, "count"), 0)
        return f"{lost.loc[task, (off, 'mean')]:+.3f} ({count:.0f})" if count else "not made"

    # With what was deleted since: the rows are the reason.
    names = dict.fromkeys([*OFF, *rows["ingredient_off"]])
    body = [[off, *(cell(off, task) for task in tasks)] for off in names if off != "none"]
    return markdown_table(["without", *tasks], body)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    tasks = ["two_moons", "bernoulli_glm", "sir", "gaussian_mixture", "slcp"]
    parser.add_argument("--tasks", nargs="+", default=tasks)
    parser.add_argument("--budget", type=int, default=10_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--off", nargs="+", choices=list(OFF), default=list(OFF), metavar="NAME")
    arguments = parser.parse_args()
    cells = (
        (off, task, arguments.budget, seed)
        for seed, task, off in product(arguments.seeds, arguments.tasks, arguments.off)
    )
    train_missing(RESULTS, COLUMNS, KEY, cells, run)
    print(table())


if __name__ == "__main__":
    main()
