"""Ratios of time, each measured in one run on the same machine: ``make speed``.

1. Milliseconds per training step of the same CP-VAE through `bf_vae.Trainer` and through BayesFlow
   2's ``fit``, compilation left out.
2. Seconds of a whole training, compilation included: CP-VAE as in ``bf-vae demo``, and BayesFlow
   2's `CouplingFlow` with `BasicWorkflow`'s defaults. The flow trains for ``--flow-epochs`` of its
   100 epochs; the rest is extrapolated from the time of its last epoch, and marked so.
3. Seconds for 10,000 draws of one posterior, the median of eleven calls.

With sbi installed, also the whole training of its NPE (neural spline flow, its defaults).

Writes benchmarks/results/speed.csv; ``make tables`` puts it into the documentation.
"""

import argparse
import os
import statistics
import time
import timeit
from pathlib import Path
from unittest import mock

import keras
import pandas as pd

from bf_vae.benchmark.provenance import provenance
from bf_vae.benchmark.report.markdown import markdown_table

RESULTS = Path(__file__).parent / "results" / "speed.csv"
VARIABLES = {"inference_variables": ["parameters"], "inference_conditions": ["observables"]}
FLOW_EPOCHS = 100  # the default of BasicWorkflow.fit_offline
BATCH_SIZE = 128
REPEATS = 11


class EpochTimes(keras.callbacks.Callback):
    """Seconds of each epoch of ``fit``."""

    def __init__(self):
        super().__init__()
        self.seconds = []

    def on_epoch_begin(self, epoch, logs=None):
        self._started = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.seconds.append(time.perf_counter() - self._started)


def fit_through_bayesflow(
    network, simulations, epochs, standardize="inference_variables", variables=VARIABLES, **options
):
    """Train in a `BasicWorkflow`; returns it, the whole seconds and those of each epoch."""
    import bayesflow as bf

    workflow = bf.BasicWorkflow(inference_network=network, standardize=standardize, **variables)
    times = EpochTimes()
    started = time.perf_counter()
    workflow.fit_offline(simulations, epochs=epochs, callbacks=[times], verbose=0, **options)
    return workflow, time.perf_counter() - started, times.seconds


def fastest_epoch(trainer, simulations) -> float:
    """Seconds that it takes our Trainer."""
    from bf_vae.trainers.compiled_epoch import CompiledEpoch

    seconds = []

    def timed(*arguments, train=CompiledEpoch.train):
        started = time.perf_counter()
        losses = train(*arguments)
        seconds.append(time.perf_counter() - started)
        return losses

    with mock.patch.object(CompiledEpoch, "train", timed):
        trainer.train_offline(simulations, 6, BATCH_SIZE)
    return min(seconds)


def step_times(simulator, simulations) -> dict:
    """Milliseconds per step of the same network through both, each in its fastest epoch."""
    import bf_vae

    steps = len(simulations["parameters"]) // BATCH_SIZE
    amortizer = bf_vae.CPVAEAmortizer(support=simulator.support, seed=0)
    trainer = bf_vae.Trainer(amortizer, seed=0, progress_bar=False)
    ours = fastest_epoch(trainer, simulations) / steps
    network = bf_vae.CPVAE(support=simulator.support, seed=0)
    epochs = fit_through_bayesflow(
        network, simulations, 4, batch_size=BATCH_SIZE, standardize=None
    )[2]
    return {"Trainer, ms per step": 1e3 * ours, "fit, ms per step": 1e3 * min(epochs) / steps}


def training_and_sampling(task, budget, flow_epochs) -> dict:
    """Whole trainings and 10,000 draws of CP-VAE, a coupling flow and sbi's NPE."""
    import bayesflow as bf

    from bf_vae.benchmark.methods import get_method
    from bf_vae.simulators import get_simulator

    simulator = get_simulator(task)
    simulations, y = simulator.sample(budget, seed=0), simulator.observation(1)
    times, draws = {}, {}
    for name, method in (("CP-VAE", "cp-vae"), ("NPE", "npe")):
        method = get_method(method)
        try:
            method.check_installed()
        except ImportError:
            continue
        started = time.perf_counter()
        posterior = method.fit(simulator, simulations, 0)
        times[f"{name}, s to train"] = time.perf_counter() - started
        draws[name] = lambda posterior=posterior: posterior.sample(10_000, y)
    flow, seconds, epochs = fit_through_bayesflow(
        bf.networks.CouplingFlow(), simulations, flow_epochs
    )
    times["CouplingFlow, s to train"] = seconds + (FLOW_EPOCHS - flow_epochs) * epochs[-1]
    draws["CouplingFlow"] = lambda: flow.sample(
        num_samples=10_000, conditions={"observables": y[None]}
    )
    for name, draw in draws.items():
        draw()  # the first one compiles
        times[f"{name}, s for 10,000 draws"] = statistics.median(
            timeit.repeat(draw, number=1, repeat=REPEATS)
        )
    return times


def table() -> str:
    """Markdown: a row a figure, a column a task."""
    figures = pd.read_csv(RESULTS).set_index("task").select_dtypes("number").T
    body = [[name, *(f"{v:.3g}" for v in values)] for name, *values in figures.itertuples()]
    return markdown_table(["", *figures.columns], body)


def main():
    from bf_vae.simulators import get_simulator
    from bf_vae.unfinished_file import unfinished_file

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", nargs="+", default=["two_moons", "bernoulli_glm", "sir"])
    parser.add_argument("--budget", type=int, default=10_000)
    parser.add_argument("--flow-epochs", type=int, default=3)
    arguments = parser.parse_args()
    rows, load = [], os.getloadavg()[0]
    for task in arguments.tasks:
        simulator = get_simulator(task)
        row = {"task": task, **step_times(simulator, simulator.sample(arguments.budget, seed=0))}
        row |= training_and_sampling(task, arguments.budget, arguments.flow_epochs)
        row["fit / Trainer"] = row["fit, ms per step"] / row["Trainer, ms per step"]
        for peer in ("CouplingFlow", "NPE"):
            if f"{peer}, s to train" in row:
                for what in ("s to train", "s for 10,000 draws"):
                    row[f"{peer} / CP-VAE, {what}"] = (
                        row[f"{peer}, {what}"] / row[f"CP-VAE, {what}"]
                    )
        row["flow epochs measured"] = arguments.flow_epochs
        row["load before"] = load
        row |= provenance()
        rows.append(row)
        print(pd.Series(row).to_string(), flush=True)
    with unfinished_file(RESULTS) as partial:
        pd.DataFrame(rows).to_csv(partial, index=False)


if __name__ == "__main__":
    main()
