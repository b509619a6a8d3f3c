"""CP-VAE, UP-VAE and JANA (on BayesFlow 2) in one process, on the same simulations.

    python benchmarks/compare_jana.py --tasks two_moons

Prints accuracy and time of each, and ratios to JANA's. JANA learns a likelihood too, and its full
training takes a quarter of an hour to an hour on a CPU; ``--epochs`` cuts all three short. JANA as
its authors ran it, under BayesFlow 1.1.6: compare_jana_reference.py.
"""

import argparse
import time

import pandas as pd

METHODS = ("cp-vae", "up-vae", "jana")
FIGURES = ["c2st", "mmd", "mmd_sbibm", "train_seconds", "sample_seconds"]


def compare(task, budget, seed, observations, epochs) -> pd.DataFrame:
    """Means over observations, indexed by method."""
    from bf_vae.benchmark.evaluation import evaluate
    from bf_vae.benchmark.methods import get_method
    from bf_vae.simulators import get_simulator

    simulator = get_simulator(task)
    simulations = simulator.sample(budget, seed=seed)
    rows = []
    for name in METHODS:
        started = time.perf_counter()
        posterior = get_method(name, epochs).fit(simulator, simulations, seed)
        seconds = time.perf_counter() - started
        for observation in observations:
            _, figures = evaluate(posterior, simulator, observation)
            rows.append({"method": name, "train_seconds": seconds, **figures})
    return pd.DataFrame(rows).groupby("method", sort=False)[FIGURES].mean()


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--tasks", nargs="+", default=["two_moons", "bernoulli_glm", "sir"])
    parser.add_argument("--budget", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--observations", type=int, nargs="+", default=[1, 2, 3], choices=range(1, 11)
    )
    parser.add_argument("--epochs", type=int)
    arguments = parser.parse_args()
    from bf_vae.benchmark import plan

    try:
        plan(METHODS, arguments.tasks, [arguments.budget], runs=1)
    except (ValueError, ImportError) as error:
        parser.error(str(error))
    for task in arguments.tasks:
        table = compare(
            task, arguments.budget, arguments.seed, arguments.observations, arguments.epochs
        )
        for column in ("train_seconds", "sample_seconds"):
            table[f"JANA's {column} / its own"] = table.loc["jana", column] / table[column]
        print(f"{task}, {arguments.budget} simulations\n{table.T.to_string()}", flush=True)


if __name__ == "__main__":
    main()
