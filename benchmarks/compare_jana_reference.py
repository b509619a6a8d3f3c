"""CP-VAE and the reference JANA side by side, both trained by BayesFlow 1.1.6's own Trainer.

Run it in the environment that ``make bayesflow1`` makes:

    .venv-bayesflow1/bin/python benchmarks/compare_jana_reference.py --tasks two_moons

Both methods see the same simulations of the same budget. JANA has its authors' settings and all
epochs; CP-VAE is our default with its epochs, batches and learning rate, and holds out a tenth to
choose its best epoch. The averaged weights and the resimulation of our own Trainer it has not.
Rows are written when they are there, and an interrupted run goes on where it stopped. ``make
tables`` puts their table into docs/bayesflow1.md.
"""

import argparse
import os
import platform
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "jana_reference.csv"
KEY = ["method", "task", "budget", "seed", "observation"]
COLUMNS = [
    *KEY, "c2st", "mmd", "mmd_bayesflow", "sample_seconds", "train_seconds", "load", "version",
    "bayesflow", "tensorflow", "machine",
]  # fmt: skip
METHODS = ("cp-vae", "jana-reference")
NUM_SAMPLES = 10_000
# BayesFlow's own MMD holds all pairs times 19 kernels in memory; these take 0.3 GB.
NUM_MMD = 2_000


def train_cp_vae(simulator, sims, seed, epochs=None):
    """A CP-VAE with the weights of its best epoch on a tenth of the simulations."""
    from bayesflow.trainers import Trainer

    from bf_vae import CPVAEAmortizer
    from bf_vae.trainers.recipe import EPOCHS, LEARNING_RATE, batch_size

    epochs = epochs or EPOCHS
    amortizer = CPVAEAmortizer(support=simulator.support, seed=seed)
    held_out = len(sims["prior_draws"]) // 10
    training = {k: v[held_out:] for k, v in sims.items()}
    amortizer.adapt({"parameters": training["prior_draws"], "observables": training["sim_data"]})
    with tempfile.TemporaryDirectory() as folder:
        trainer = Trainer(
            amortizer, checkpoint_path=folder, max_to_keep=epochs, default_lr=LEARNING_RATE
        )
        validation = {k: v[:held_out] for k, v in sims.items()}
        size = batch_size(len(sims["prior_draws"]))
        losses = trainer.train_offline(training, epochs, size, validation_sims=validation)
        best = int(losses["val_losses"].iloc[:, -1].to_numpy().argmin())
        trainer.checkpoint.restore(trainer.manager.checkpoints[best])
    return lambda y: amortizer.sample({"observables": y}, NUM_SAMPLES, seed=seed)


def train_jana(simulator, sims, seed, epochs=None):
    """JANA as its authors trained it."""
    from bayesflow.trainers import Trainer
    from jana_reference import JanaReference

    sizes = simulator.num_parameters, simulator.num_observables
    jana = JanaReference(simulator.name, *sizes, seed=seed)
    settings = jana.settings
    trainer = Trainer(
        jana.amortizer, configurator=jana.configure, default_lr=settings.learning_rate
    )
    trainer.train_offline(sims, epochs or settings.epochs, settings.batch_size)
    return lambda y: jana.sample(y, NUM_SAMPLES)


TRAIN = dict(zip(METHODS, (train_cp_vae, train_jana), strict=True))


def evaluate(simulator, sample, observation) -> dict:
    """Distances of 10,000 draws from the reference posterior, and the seconds that they took."""
    from bayesflow.computational_utilities import maximum_mean_discrepancy

    from bf_vae.diagnostics import c2st, mmd

    y, reference = simulator.observation(observation), simulator.reference_posterior(observation)
    sample(y)  # the first call also loads kernels
    started = time.perf_counter()
    draws = sample(y)
    seconds = time.perf_counter() - started
    theirs = maximum_mean_discrepancy(
        reference[:NUM_MMD].astype("float32"), draws[:NUM_MMD].astype("float32")
    )
    return {
        "c2st": c2st(reference, draws),
        "mmd": mmd(reference, draws),
        "mmd_bayesflow": float(theirs),
        "sample_seconds": seconds,
    }


def run(arguments):
    import keras

    from bf_vae import __version__
    from bf_vae.benchmark.locked_csv import LockedCSV, keys
    from bf_vae.simulators import get_simulator

    file, budget, seed = LockedCSV(arguments.output, COLUMNS), arguments.budget, arguments.seed
    done = keys(file.read(), KEY)
    about = {
        "version": __version__,
        "bayesflow": version("bayesflow"),
        "tensorflow": version("tensorflow"),
        "machine": f"{platform.machine()}, {os.cpu_count()} CPUs, "
        f"Python {platform.python_version()}",
    }
    for task in arguments.tasks:
        simulator = get_simulator(task)
        simulations = simulator.sample(budget, seed=seed)
        sims = {"prior_draws": simulations["parameters"], "sim_data": simulations["observables"]}
        for method in arguments.methods:
            cell = (method, task, budget, seed)
            missing = [o for o in arguments.observations if (*cell, o) not in done]
            if not missing:
                continue
            keras.utils.set_random_seed(seed)
            started = time.perf_counter()
            sample = TRAIN[method](simulator, sims, seed, arguments.epochs)
            seconds = {"train_seconds": time.perf_counter() - started}
            # Processes at the end of training: with more of them than CPUs, times are too long.
            seconds["load"] = round(os.getloadavg()[1], 1)
            for observation in missing:
                figures = evaluate(simulator, sample, observation)
                key = dict(zip(KEY, (*cell, observation), strict=True))
                row = {**key, **figures, **seconds, **about}
                file.append([row], KEY)
                print(row, flush=True)


def table() -> str:
    """Mean over observations and seeds, as Markdown; each method's seconds, and their ratio."""
    from bf_vae.benchmark.report.markdown import markdown_table

    results = pd.read_csv(RESULTS)
    columns = ["c2st", "mmd", "train_seconds", "sample_seconds"]
    mean = results.groupby(["task", "method"])[columns].mean()
    rows = []
    for (task, method), row in mean.iterrows():
        figures = f"{row['c2st']:.3f}", f"{row['mmd']:.4f}", f"{row['train_seconds']:.0f}"
        ratio = ""
        if (task, "cp-vae") in mean.index and method == "jana-reference":
            ratio = f"{row['train_seconds'] / mean.loc[(task, 'cp-vae'), 'train_seconds']:.1f}"
        rows.append([task, method, *figures, f"{row['sample_seconds']:.2f}", ratio])
    head = ["task", "method", "C2ST", "MMD", "training, s", "10,000 draws, s", "time ratio"]
    return markdown_table(head, rows)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--tasks", nargs="+", default=["two_moons", "bernoulli_glm", "sir"])
    parser.add_argument("--methods", nargs="+", default=METHODS, choices=METHODS)
    parser.add_argument("--budget", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--observations", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--epochs", type=int, help="instead of each method's own, for a trial")
    parser.add_argument("--threads", type=int, help="that TensorFlow may use; default: all")
    parser.add_argument("--output", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    import bf_vae  # noqa: F401  (before TensorFlow: it asks for Keras 2 as tf.keras)

    if arguments.threads:
        import tensorflow as tf

        tf.config.threading.set_intra_op_parallelism_threads(arguments.threads)
        tf.config.threading.set_inter_op_parallelism_threads(arguments.threads)
    run(arguments)


if __name__ == "__main__":
    main()
