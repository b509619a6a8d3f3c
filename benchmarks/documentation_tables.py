"""Put the tables that are made from results into README and docs: ``make tables``."""

from pathlib import Path

import ablation
import resimulation
import speed

from bf_vae.benchmark import ResultsStore
from bf_vae.benchmark.report.comparison import comparison
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


def main():
    rows = ResultsStore(ROOT / "benchmarks" / "results").results()
    put(ROOT / "README.md", "headline", frame_as_markdown(comparison(rows, anchors())))
    for script in (speed, ablation, resimulation):
        put(ROOT / "docs" / "benchmark.md", script.__name__, script.table())


if __name__ == "__main__":
    main()
