"""Put the tables that are made from results into README and docs: ``make tables``."""

from itertools import product
from pathlib import Path

import ablation
import compare_jana_reference
import known_posteriors
import pandas as pd
import resimulation
import speed
import summary_networks

from bf_vae.benchmark import ResultsStore
from bf_vae.benchmark.locked_csv import keys
from bf_vae.benchmark.report.comparison import BUDGET, comparison
from bf_vae.benchmark.report.markdown import frame_as_markdown
from bf_vae.benchmark.report.published_figures import anchors
from bf_vae.simulators import TASK_NAMES
from bf_vae.trainers.recipe import VAE_METHODS
from bf_vae.unfinished_file import unfinished_file

ROOT = Path(__file__).parent.parent
RUN = ["method", "seed", "task"]
# Methods and tasks that the benchmark asks three seeds of.
ASKED = (
    ((*VAE_METHODS, "jana", "npe", "coupling-flow"), TASK_NAMES),
    (("apt", "gatsbi"), ("two_moons", "bernoulli_glm", "sir")),
)


def put(path: Path, name: str, table: str) -> None:
    """Replace what is between the marks of the table called ``name``."""
    start, end = f"<!-- {name}: made by `make tables` -->", f"<!-- /{name} -->"
    before, rest = path.read_text().split(start)
    with unfinished_file(path) as partial:
        partial.write_text(before + start + "\n" + table + "\n" + end + rest.split(end)[1])


def preparation(rows) -> str:
    """Mean C2ST of NPE, with our preparation of the data and without, and of ours."""
    methods = ["npe", "npe-prepared", "cp-vae"]
    rows = rows[rows["method"].isin(methods) & (rows["budget"] == BUDGET)]
    runs = ["task", "seed", "observation"]
    wide = rows.pivot_table(index=runs, columns="method", values="c2st")[methods]
    # Only what all three have.
    by_task = wide.dropna().groupby("task")
    table = by_task.mean()
    table["observations x runs"] = [
        f"{of_task.index.unique('observation').size} x {of_task.index.unique('seed').size}"
        for _, of_task in by_task
    ]
    return frame_as_markdown(table.reset_index())


def not_measured(rows) -> str:
    """The runs that the benchmark asks for and that have no row."""
    runs = [run for methods, tasks in ASKED for run in product(methods, range(3), tasks)]
    there = keys(rows[rows["budget"] == BUDGET], RUN)
    return _runs([run for run in runs if run not in there])


def two_trainings(rows) -> str:
    """The runs whose observations have other seconds; APT trains for each observation."""
    rows = rows[(rows["budget"] == BUDGET) & (rows["method"] != "apt")]
    seconds = rows.groupby(RUN)["train_seconds"].nunique()
    return _runs(list(seconds.index[seconds > 1]))


def _runs(runs) -> str:
    """A row for each method and seed."""
    groups = pd.DataFrame(runs, columns=RUN).groupby(["method", "seed"], sort=False)
    return frame_as_markdown(groups["task"].agg(", ".join).reset_index(name="tasks"))


def main():
    rows = ResultsStore(ROOT / "benchmarks" / "results").results()
    put(ROOT / "README.md", "headline", frame_as_markdown(comparison(rows, anchors())))
    for table in (preparation, not_measured, two_trainings):
        put(ROOT / "docs" / "benchmark.md", table.__name__, table(rows))
    put(ROOT / "docs" / "bayesflow1.md", "jana-reference", compare_jana_reference.table())
    for script in (speed, summary_networks, ablation, known_posteriors, resimulation):
        put(ROOT / "docs" / "benchmark.md", script.__name__, script.table())


if __name__ == "__main__":
    main()
