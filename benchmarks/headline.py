"""Make benchmarks/results/headline.csv and the table in the README from it.

Each row is written when it is there, so that an interrupted run goes on where it stopped:
``make headline``. ``--table`` only makes the table again.
"""

import argparse
import platform
import sys
from pathlib import Path

import pandas as pd

RESULTS = Path(__file__).parent / "results" / "headline.csv"
README = Path(__file__).parent.parent / "README.md"
KEY = ["method", "task", "budget", "seed", "observation"]
START, END = "<!-- headline: made by `make headline` -->", "<!-- /headline -->"


def run(tasks, methods, budget, seed, observations):
    from bf_vae import __version__
    from bf_vae.demo import evaluate, train

    rows = pd.read_csv(RESULTS).to_dict("records") if RESULTS.exists() else []
    done = {tuple(row[k] for k in KEY) for row in rows}
    for task in tasks:
        for method in methods:
            missing = [o for o in observations if (method, task, budget, seed, o) not in done]
            if not missing:
                continue
            simulator, amortizer, seconds = train(task, method, budget, seed)
            for observation in missing:
                _, figures = evaluate(simulator, amortizer, observation, seed)
                key = dict(zip(KEY, (method, task, budget, seed, observation), strict=True))
                machine = f"{platform.machine()}, Python {platform.python_version()}"
                row = {**key, **figures, "train_seconds": seconds, "version": __version__}
                rows.append({**row, "machine": machine})
                print(row, flush=True)
            unfinished = RESULTS.with_suffix(".tmp")
            pd.DataFrame(rows).to_csv(unfinished, index=False)
            unfinished.replace(RESULTS)


def table() -> str:
    """Mean over observations and seeds, as Markdown."""
    results = pd.read_csv(RESULTS)
    lines = ["| task | method | C2ST | MMD | training, s | observations | seeds |"]
    lines.append("|---|---|---|---|---|---|---|")
    for (task, method), rows in results.groupby(["task", "method"], sort=True):
        mean = rows[["c2st", "mmd", "train_seconds"]].mean()
        observations = ", ".join(str(o) for o in sorted(rows["observation"].unique()))
        lines.append(
            f"| {task} | {method} | {mean['c2st']:.3f} | {mean['mmd']:.4f} | "
            f"{mean['train_seconds']:.0f} | {observations} | {rows['seed'].nunique()} |"
        )
    return "\n".join(lines)


def main():
    from bf_vae.simulators import TASK_NAMES

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", nargs="+", default=list(TASK_NAMES))
    parser.add_argument("--methods", nargs="+", default=["cp-vae", "up-vae"])
    parser.add_argument("--budget", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--observations", type=int, nargs="+", default=[1])
    parser.add_argument("--table", action="store_true", help="only make the table again")
    arguments = parser.parse_args()
    if not arguments.table:
        run(arguments.tasks, arguments.methods, arguments.budget, arguments.seed,
            arguments.observations)  # fmt: skip
    before, rest = README.read_text().split(START)
    README.write_text(before + START + "\n" + table() + "\n" + END + rest.split(END)[1])


if __name__ == "__main__":
    sys.exit(main())
