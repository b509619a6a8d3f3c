"""The report: Markdown, one self-contained HTML page, and figures, from a store alone."""

import base64
from importlib.resources import files
from pathlib import Path

import pandas as pd

from ...unfinished_file import unfinished_file
from ..cell import Cell
from .calibration_summary import calibration_summary
from .comparison import comparison
from .markdown import frame_as_markdown
from .picture import pictures
from .published_figures import anchors, paper_figures
from .sort_value import sort_value
from .summary import METRICS, PROTOCOLS, summarize
from .tables import as_markdown, entries

PROTOCOL_NAMES = {
    "paper": "paper's protocol (observation 1)",
    "sbibm": "sbibm's protocol (mean of the observations measured)",
}

NOTES = (
    "Mean over runs ± standard deviation; in brackets, or below, observations and runs that it is "
    "a mean of, and the paper's own figure, whose training times have an unknown unit. A dash: not "
    "measured. Means over other observations are not the same thing: observations differ in "
    "difficulty. Beside figures of others, the best peer and ours (the last two columns) are "
    "compared on the observations that most peers of the task have; runs that lack one of these "
    "do not count there."
)
TIMES = (
    "Of the rows, {contention:.0%} were made where other jobs could keep the machine busy, and a "
    "mean may be over several kinds of machine ({machines}): these times say little; trust ratios "
    "that were measured in one run (docs/benchmark.md)."
)
COMPARISON = (
    "Beside figures of others, 10,000 simulations, sbibm's protocol (mean of the observations "
    "measured)"
)
CALIBRATION = "Calibration over 1,000 new simulations: verdicts and coverage of central intervals"


def write_report(store, folder, progress_bar: bool = False) -> list[Path]:
    """Make ``report.md``, ``report.html`` and the figures.

    Parameters
    ----------
    store : ResultsStore
    folder : str or os.PathLike
        Made if it is missing. Each file is written whole, or not at all.
    progress_bar : bool, optional
        Over the pictures, which take the time.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    ValueError
        If the store holds no rows.
    ImportError
        If Jinja is missing.
    OSError
        If the folder cannot be written to.
    """
    try:
        from jinja2 import Environment
    except ImportError as error:
        raise ImportError("Reports need Jinja: pip install 'bf_vae[benchmark]'") from error
    rows = store.results()
    if rows.empty:
        raise ValueError(f"There are no results in {store.folder} yet: run `bf-vae benchmark`.")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    summaries = {protocol: summarize(rows, protocol) for protocol in PROTOCOLS}
    drawn = pictures(store, progress_bar)
    # The paper's figures are of its own protocol.
    paper = paper_figures()
    published = {"paper": paper, "sbibm": paper.iloc[:0]}
    tables = {
        (metric, protocol): entries(summaries[protocol], published[protocol], metric)
        for metric in METRICS
        for protocol in PROTOCOLS
        if (summaries[protocol]["metric"] == metric).any()
    }
    calibration = calibration_summary(store.calibration())
    compared = comparison(rows, anchors())
    notes = _notes(rows)
    frames = {COMPARISON: compared, CALIBRATION: calibration}
    frames = {title: frame for title, frame in frames.items() if len(frame)}
    failures = _failures(store)
    markdown = _markdown(notes, frames, tables, failures, drawn, rows)
    # Escaped: names and errors come from files.
    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
        (files(__package__) / "page.html").read_text()
    )
    page = template.render(
        tables=tables,
        metrics=METRICS,
        protocols={p: PROTOCOL_NAMES[p] for p in PROTOCOLS if len(summaries[p])},
        pictures=[(p.name, p.caption, base64.b64encode(p.png).decode()) for p in drawn],
        posteriors={(p.cell.method, p.cell.task, p.cell.budget): p.name for p in drawn if p.cell},
        sort_value=sort_value,
        notes=notes,
        frames=frames,
        failures=failures,
        origin=_origin(rows),
    )
    contents = {f"{picture.name}.png": picture.png for picture in drawn}
    contents |= {"report.md": markdown.encode(), "report.html": page.encode()}
    for name, data in contents.items():
        with unfinished_file(folder / name) as partial:
            partial.write_bytes(data)
    return [folder / name for name in contents]


def _notes(rows) -> str:
    timed = rows[rows["train_seconds"].notna()]
    if timed.empty:
        return NOTES
    machines = "; ".join(timed["machine"].astype(str).unique())
    return f"{NOTES} {TIMES.format(contention=rows['contention'].mean(), machines=machines)}"


def _markdown(notes, frames, tables, failures, drawn, rows) -> str:
    parts = ["# Benchmark", f"Made by `bf-vae report`. {notes}"]
    for title, frame in frames.items():
        parts += [f"## {title}", frame_as_markdown(frame)]
    for (metric, protocol), table in tables.items():
        parts += [f"## {METRICS[metric]}, {PROTOCOL_NAMES[protocol]}", as_markdown(table)]
    parts.append("## Pictures")
    parts += [f"{p.caption}\n\n![{p.name}]({p.name}.png)" for p in drawn if not p.cell]
    if failures:
        parts += ["## Failed cells", "\n".join(f"- {line}" for line in failures)]
    parts += ["## Where the rows come from", "\n".join(f"- {line}" for line in _origin(rows))]
    return "\n\n".join(parts) + "\n"


def _failures(store) -> list[str]:
    """Those whose observations have no rows, not even by a later try."""
    done = store.done()
    return [
        f"{f.method} on {f.task}, {f.budget} simulations, run {f.seed}, observations "
        f"{f.observation}: {f.error}"
        for f in store.failures().itertuples()
        if any(
            Cell(f.method, f.task, f.budget, f.seed).key(int(observation)) not in done
            for observation in str(f.observation).split()
        )
    ]


def _origin(rows: pd.DataFrame) -> list[str]:
    """Methods, versions, machines and revisions of the rows, with their counts."""
    columns = ["method", "versions", "machine", "revision"]
    text = rows[columns].astype(str).agg(", ".join, axis=1)
    return [f"{count} rows: {name}" for name, count in text.value_counts(sort=False).items()]
