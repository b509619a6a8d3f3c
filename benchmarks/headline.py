"""Make benchmarks/results/headline.csv, and the table in the README from it.

``make headline`` makes the rows that are missing; each is written when it is there, so that an
interrupted run goes on where it stopped, and several may run side by side. ``--table`` only makes
the table again.
"""

import argparse
import csv
import fcntl
import platform
import sys
from pathlib import Path

import pandas as pd

FOLDER = Path(__file__).parent
RESULTS = FOLDER / "results" / "headline.csv"
# Figures of others at 10,000 simulations, with their sources.
ANCHORS = FOLDER.parent / "bf_vae" / "benchmark" / "report" / "published" / "anchors.csv"
README = FOLDER.parent / "README.md"
KEY = ["method", "task", "budget", "seed", "observation"]
COLUMNS = [*KEY, "c2st", "mmd", "train_seconds", "sample_seconds", "epochs", "version", "machine"]
START, END = "<!-- headline: made by `make headline` -->", "<!-- /headline -->"


def run(tasks, methods, budget, seeds, observations):
    """Train on what has missing observations, and evaluate those."""
    from bf_vae import __version__
    from bf_vae.demo import evaluate, train

    machine = f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}"
    for seed in seeds:
        for task in tasks:
            for method in methods:
                cell = {"method": method, "task": task, "budget": budget, "seed": seed}
                missing = [o for o in observations if not is_done({**cell, "observation": o})]
                if not missing:
                    continue
                simulator, amortizer, seconds, epochs = train(task, method, budget, seed)
                for observation in missing:
                    _, figures = evaluate(simulator, amortizer, observation, seed)
                    row = {**cell, "observation": observation, **figures, "epochs": epochs}
                    row |= {"train_seconds": seconds, "version": __version__, "machine": machine}
                    append(row)
                    print(row, flush=True)


def read() -> pd.DataFrame:
    """All rows so far."""
    return pd.read_csv(RESULTS) if RESULTS.exists() else pd.DataFrame(columns=COLUMNS)


def is_done(cell: dict) -> bool:
    """Whether the results hold a row with this key."""
    rows = read()
    return bool((rows[KEY] == pd.Series(cell)[KEY]).all(axis=1).any())


def append(row: dict) -> None:
    """Add one row; a lock keeps runs side by side apart."""
    RESULTS.parent.mkdir(exist_ok=True)
    with open(RESULTS, "a", newline="") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        writer = csv.DictWriter(file, COLUMNS)
        if file.tell() == 0:
            writer.writeheader()
        writer.writerow(row)


def table() -> str:
    """Means over observations and seeds beside the figures of others, as Markdown."""
    results, anchors = read(), pd.read_csv(ANCHORS)
    anchors["c2st"] = anchors["c2st"].astype(str)
    npe = anchors[anchors["method"] == "NPE"].set_index("task")["c2st"]
    best = anchors[anchors["method"].str.startswith("best amortized")].set_index("task")["c2st"]
    lines = [
        "| task | method | C2ST | MMD | training, s | observations x seeds | sbibm's NPE | "
        "best amortized known |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for (task, method), rows in results.groupby(["task", "method"], sort=True):
        mean = rows[["c2st", "mmd"]].mean()
        seconds = rows.drop_duplicates("seed")["train_seconds"].mean()
        lines.append(
            f"| {task} | {method} | {mean['c2st']:.3f} | {mean['mmd']:.4f} | {seconds:.0f} | "
            f"{rows['observation'].nunique()} x {rows['seed'].nunique()} | {npe[task]} | "
            f"{best[task]} |"
        )
    return "\n".join(lines)


def main():
    from bf_vae.simulators import TASK_NAMES

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", nargs="+", default=list(TASK_NAMES))
    parser.add_argument("--methods", nargs="+", default=["cp-vae", "up-vae"])
    parser.add_argument("--budget", type=int, default=10_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--observations", type=int, nargs="+", default=list(range(1, 11)))
    parser.add_argument("--table", action="store_true", help="only make the table again")
    arguments = parser.parse_args()
    if not arguments.table:
        run(arguments.tasks, arguments.methods, arguments.budget, arguments.seeds,
            arguments.observations)  # fmt: skip
    before, rest = README.read_text().split(START)
    unfinished = README.with_suffix(".tmp")
    unfinished.write_text(before + START + "\n" + table() + "\n" + END + rest.split(END)[1])
    unfinished.replace(README)


if __name__ == "__main__":
    sys.exit(main())
