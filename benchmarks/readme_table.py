"""Put the table of our estimators beside others' figures into the README: ``make tables``."""

from pathlib import Path

from bf_vae.benchmark import ResultsStore
from bf_vae.benchmark.report.comparison import comparison
from bf_vae.benchmark.report.published_figures import anchors
from bf_vae.benchmark.report.summary import summarize
from bf_vae.interchange.unfinished_file import unfinished_file

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
START, END = "<!-- headline: made by `make tables` -->", "<!-- /headline -->"


def main():
    rows = ResultsStore(ROOT / "benchmarks" / "results").results()
    table = comparison(summarize(rows, "sbibm"), anchors())
    before, rest = README.read_text().split(START)
    with unfinished_file(README) as partial:
        partial.write_text(before + START + "\n" + table + "\n" + END + rest.split(END)[1])


if __name__ == "__main__":
    main()
