"""Put the tables that are made from results into README and docs: ``make tables``."""

from pathlib import Path

import ablation
import compare_jana_reference
import known_posteriors
import resimulation
import speed
import summary_networks

from bf_vae.benchmark import ResultsStore
from bf_vae.benchmark.report.comparison import BUDGET, comparison
from bf_vae.benchmark.report.markdown import frame_as_markdown
from bf_vae.benchmark.report.published_figures import anchors
from bf_vae.unfinished_file import unfinished_file

ROOT = Path(__file__).parent.parent


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


def main():
    rows = ResultsStore(ROOT / "benchmarks" / "results").results()
    put(ROOT / "README.md", "headline", frame_as_markdown(comparison(rows, anchors())))
    put(ROOT / "docs" / "benchmark.md", "preparation", preparation(rows))
    put(ROOT / "docs" / "bayesflow1.md", "jana-reference", compare_jana_reference.table())
    for script in (speed, summary_networks, ablation, known_posteriors, resimulation):
        put(ROOT / "docs" / "benchmark.md", script.__name__, script.table())


if __name__ == "__main__":
    main()
