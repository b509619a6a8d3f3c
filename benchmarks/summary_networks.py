"""Milliseconds per training step with a summary network before the default CP-VAE: ``make speed``.

In our compiled epochs by XLA and without, of which `gains_from_xla` chooses one, and through
BayesFlow 2's ``fit``; compilation left out. The data are random numbers.

Writes benchmarks/results/summary_networks.csv; ``make tables`` puts it into the documentation.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from speed import BATCH_SIZE, fastest_epoch, fit_through_bayesflow

from bf_vae.benchmark.provenance import provenance
from bf_vae.benchmark.report.markdown import markdown_table

RESULTS = Path(__file__).parent / "results" / "summary_networks.csv"
COLUMNS = ["by XLA", "without", "default", "fit"]
NUM_STEPS = 10  # an epoch
SIZE = 20  # of a set, or of a series


def summary_networks() -> dict:
    """Functions that make one, by name."""
    import bayesflow as bf
    from keras import Sequential, layers

    class DenseMean(bf.networks.SummaryNetwork):
        """The least that reads a set: two layers of 64 for each element, and their mean."""

        def __init__(self):
            super().__init__()
            dense = [layers.Dense(64, activation="silu") for _ in range(2)]
            self.net = Sequential([*dense, layers.GlobalAveragePooling1D()])

        def call(self, x, training=False):
            return self.net(x, training=training)

    names = ("DeepSet", "SetTransformer", "TimeSeriesNetwork")
    return {"dense layers, mean": DenseMean} | {name: getattr(bf.networks, name) for name in names}


def trainer_seconds(make, simulations, jit_compile) -> tuple[float, bool]:
    """Of the fastest epoch, and whether XLA is the default."""
    import keras

    import bf_vae
    from bf_vae.trainers.xla_gain import gains_from_xla

    keras.utils.set_random_seed(0)
    amortizer = bf_vae.CPVAEAmortizer(summary_net=make(), seed=0)
    trainer = bf_vae.Trainer(amortizer, seed=0, jit_compile=jit_compile, progress_bar=False)
    return fastest_epoch(trainer, simulations), gains_from_xla(amortizer)


def fit_seconds(make, simulations) -> float:
    """Of the fastest epoch through a `BasicWorkflow`."""
    import bf_vae

    variables = {
        "inference_variables": ["parameters"],
        "summary_variables": ["summary_conditions"],
        "summary_network": make(),
    }
    options = {"batch_size": BATCH_SIZE, "standardize": None, "variables": variables}
    return min(fit_through_bayesflow(bf_vae.CPVAE(seed=0), simulations, 4, **options)[2])


def table() -> str:
    """Markdown: a row a summary network."""
    rows = pd.read_csv(RESULTS)[["summary network", *COLUMNS]]
    body = [
        [f"{entry:.3g}" if isinstance(entry, float) else entry for entry in row]
        for row in rows.itertuples(index=False)
    ]
    return markdown_table(["ms per step", *COLUMNS], body)


def main():
    from bf_vae.unfinished_file import unfinished_file

    rng, rows = np.random.default_rng(0), []
    shapes = {"parameters": (2,), "summary_conditions": (SIZE, 1)}
    simulations = {
        name: rng.normal(size=(NUM_STEPS * BATCH_SIZE, *shape)).astype("float32")
        for name, shape in shapes.items()
    }
    for name, make in summary_networks().items():
        by_xla, is_default = trainer_seconds(make, simulations, True)
        seconds = {"by XLA": by_xla, "without": trainer_seconds(make, simulations, False)[0]}
        seconds["fit"] = fit_seconds(make, simulations)
        row = {"summary network": name, **{k: 1e3 * v / NUM_STEPS for k, v in seconds.items()}}
        row |= {"default": "by XLA" if is_default else "without", "size": SIZE}
        rows.append(row | provenance())
        print(pd.Series(rows[-1]).to_string(), flush=True)
    with unfinished_file(RESULTS) as partial:
        pd.DataFrame(rows).to_csv(partial, index=False)


if __name__ == "__main__":
    main()
