"""The report from a store that is made up here: means, spreads, gaps, the paper's figures."""

import io
import itertools
import shutil
import subprocess

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from bf_vae.benchmark import Cell, ResultsStore
from bf_vae.benchmark.methods import ENDS, METHOD_NAMES
from bf_vae.benchmark.report import picture, write_report
from bf_vae.benchmark.report.comparison import comparison
from bf_vae.benchmark.report.figures import COLORS, accuracy_against_time, pictured
from bf_vae.benchmark.report.published_figures import anchors, paper_figures
from bf_vae.benchmark.report.summary import across_budgets, summarize
from bf_vae.benchmark.report.tables import as_markdown, entries
from bf_vae.simulators import TwoMoons
from bf_vae_command import app

pytest.importorskip("jinja2")


def row(method, task, budget, seed, observation, c2st, seconds=10.0):
    return {
        "method": method,
        "task": task,
        "budget": budget,
        "seed": seed,
        "observation": observation,
        "c2st": c2st,
        "mmd": c2st / 10,
        "train_seconds": seconds,
        "sample_seconds": 0.1,
        "versions": '{"bf_vae": "0"}',
        "machine": "<machine>",
        "revision": "abc",
        "contention": seed == 0,
    }


@pytest.fixture
def store(tmp_path):
    store = ResultsStore(tmp_path / "results")
    store.add([row("cp-vae", "two_moons", 10_000, s, o, 0.5 + 0.1 * s + 0.01 * o)
               for s, o in itertools.product(range(3), range(1, 11))])  # fmt: skip
    store.add([row("npe", "two_moons", 10_000, 0, 1, 0.7, 300.0)])
    store.add([row("cp-vae", "two_moons", 20_000, 0, o, 0.5) for o in (1, 2)])
    store.add([row("cp-vae-paper", "sir", 10_000, 0, 1, 0.9)])
    for seed, verdict in enumerate(["calibrated", "too wide"]):
        store.add_calibration(
            [
                {"method": "cp-vae", "task": "two_moons", "budget": 10_000, "seed": seed}
                | {"parameter": parameter, "coverage_50": 0.4 + 0.1 * seed, "verdict": verdict}
                for parameter in ("theta_1", "theta_2")
            ]
        )
    cell = {"method": "jana", "task": "sir", "budget": 1, "seed": 0}
    store.add_failure({**cell, "observation": "1", "error": "<b>out</b>"})
    cell = {"method": "cp-vae", "task": "two_moons", "budget": 20_000, "seed": 0}
    # Made since, and half of it.
    store.add_failure({**cell, "observation": "1 2", "error": "once"})
    store.add_failure({**cell, "observation": "2 3", "error": "still"})
    return store


def value(summary, method, task, budget, metric):
    rows = summary.set_index(["method", "task", "budget", "metric"])
    return rows.loc[(method, task, budget, metric)]


def test_means_and_spreads_of_both_protocols(store):
    paper, sbibm = (summarize(store.results(), p) for p in ("paper", "sbibm"))
    one = value(paper, "cp-vae", "two_moons", 10_000, "c2st")
    assert one["mean"] == pytest.approx(0.61)
    assert one["std"] == pytest.approx(0.1)  # of 0.51, 0.61, 0.71
    assert (one["runs"], one["observations"]) == (3, 1)
    ten = value(sbibm, "cp-vae", "two_moons", 10_000, "c2st")
    assert ten["mean"] == pytest.approx(0.6 + 0.055)
    assert ten["std"] == pytest.approx(0.1)  # between runs, not between observations
    assert (ten["runs"], ten["observations"]) == (3, 10)
    # A run with one observation does not count among those with ten.
    store.add([row("cp-vae", "two_moons", 10_000, 3, 1, 0.0)])
    more = value(summarize(store.results(), "sbibm"), "cp-vae", "two_moons", 10_000, "c2st")
    assert (more["mean"], more["runs"]) == (ten["mean"], 3)
    # What is there is told, and nothing is filled in.
    assert value(sbibm, "cp-vae", "two_moons", 20_000, "mmd")["observations"] == 2
    single = value(paper, "npe", "two_moons", 10_000, "train_seconds")
    assert single["mean"] == 300.0
    assert np.isnan(single["std"])


def test_tables_have_gaps_and_the_papers_figures(store):
    table = entries(summarize(store.results(), "paper"), paper_figures(), "c2st")
    assert table.loc["cp-vae", ("two_moons", 10_000)].text == "0.610 ± 0.100"
    assert table.loc["npe", ("two_moons", 10_000)].paper == "0.575 ± 0.033"
    missing = table.loc["gatsbi", ("two_moons", 10_000)]
    assert (missing.text, missing.value) == ("–", None)
    assert missing.paper == "0.777 ± 0.063"
    assert str(table.loc["npe", ("sir", 30_000)]) == "– (0.941 ± 0.013)"
    seconds = entries(summarize(store.results(), "paper"), paper_figures(), "train_seconds")
    assert seconds.loc["npe", ("two_moons", 10_000)].text == "300"
    assert seconds.loc["npe", ("two_moons", 10_000)].paper == "7.0 ± 0.2"
    text = as_markdown(table)
    assert "Budget 20,000" in text
    assert "| cp-vae | – | 0.610 ± 0.100 [1 x 3] | – |" in text


def test_peers_are_compared_on_the_same_observations(store):
    # Lower on the observation that all have, but not over its ten.
    store.add([row("jana", "two_moons", 10_000, 0, o, 0.6 if o == 1 else 0.9) for o in range(1, 4)])
    first = comparison(store.results(), anchors()).iloc[0]
    assert first[["best peer here", "ours there"]].tolist() == ["0.600 (jana, 1 x 1)", "0.610"]
    # Who gets our preparation of the data is no peer.
    store.add([row("npe-prepared", "two_moons", 10_000, 0, 3, 0.1)])
    assert comparison(store.results(), anchors()).iloc[0].equals(first)
    # Of three peers two have observations 1 and 2, one of them both: the others are unfinished.
    store.add([row("coupling-flow", "two_moons", 10_000, 0, 2, 0.1)])
    first = comparison(store.results(), anchors()).iloc[0]
    assert first[["best peer here", "ours there"]].tolist() == ["0.750 (jana, 2 x 1)", "0.615"]


def test_unknown_methods_and_tasks_come_last(store):
    # Of another version, or of one's own.
    store.add([row("new-vae", "a_task", 10_000, 0, 1, 0.6)])
    summary = summarize(store.results(), "paper")
    table = entries(summary, paper_figures(), "c2st")
    assert table.columns[-1] == ("a_task", 10_000)
    assert table.index[-1] == "new-vae"
    assert table.loc["new-vae", ("a_task", 10_000)].text == "0.600"
    figure = accuracy_against_time(summary)
    assert [axis.get_title() for axis in figure.axes] == ["two_moons", "sir", "a_task"]
    assert "new-vae" in [text.get_text() for text in figure.legends[0].get_texts()]
    # There is no reference posterior to draw it beside.
    store.save_draws(Cell("new-vae", "a_task", 10_000, 0), 1, np.zeros((5, 2)))
    assert pictured(store) == {}


def test_pictures_are_of_the_smallest_budget_of_each_method_and_task(store):
    store.add([row("npe", "sir", 500, 0, 1, 0.9)])
    cells = [Cell("cp-vae", "two_moons", budget, 0) for budget in (10_000, 20_000)]
    cells += [Cell("npe", "two_moons", 10_000, 0), Cell("npe", "sir", 500, 0)]
    for cell in cells:
        store.save_draws(cell, 1, np.zeros((5, 2)))
    assert set(pictured(store)) == {*cells[:1], *cells[2:]}


def test_a_task_of_ones_own_comes_last_without_published_figures(store):
    store.add([row("cp-vae", "a_task", 10_000, 0, 1, 0.6)])
    table = comparison(store.results(), anchors())
    assert table["task"].is_monotonic_increasing is False
    assert table.iloc[-1][["task", "C2ST", "sbibm's NPE"]].tolist() == ["a_task", "0.600", ""]


def test_published_figures_are_whole():
    figures = paper_figures()
    assert len(figures) == 162
    assert set(figures["metric"]) == {"c2st", "mmd", "train_seconds"}
    assert set(figures["method"]) == {
        *("cp-vae-paper", "up-vae-paper", "jana", "npe", "apt", "gatsbi")
    }
    assert anchors()["task"].nunique() == 10


def test_budgets_are_compared_on_what_all_of_them_have(store):
    rows = across_budgets(store.results())
    assert set(rows["method"]) == {"cp-vae"}  # npe has one budget
    assert sorted(rows[["budget", "seed", "observation"]].itertuples(index=False, name=None)) == [
        (10_000, 0, 1), (10_000, 0, 2), (20_000, 0, 1), (20_000, 0, 2),
    ]  # fmt: skip
    # A budget that shares no observation leaves nothing to compare.
    store.add([row("cp-vae", "two_moons", 30_000, 0, 9, 0.5)])
    assert across_budgets(store.results()).empty


def test_report_holds_everything_and_repeats_itself(store, tmp_path, capsys):
    draws = TwoMoons().reference_posterior(1)[:200]
    store.save_draws(Cell("cp-vae", "two_moons", 10_000, 0), 1, draws)
    written = write_report(store, tmp_path / "report")
    assert capsys.readouterr().err == ""
    names = {path.name for path in written}
    assert names >= {"report.md", "report.html", "posterior-two_moons-cp-vae.png"}
    assert {path.name for path in (tmp_path / "report").iterdir()} == names
    page = (tmp_path / "report" / "report.html").read_text()
    assert 'href="#posterior-two_moons-cp-vae"' in page
    assert "0.610 ± 0.100" in page
    assert "paper 0.575 ± 0.033" in page
    assert "3 runs" in page
    assert "&lt;b&gt;out&lt;/b&gt;" in page
    # The picture is of the smallest budget, and no other figure leads to it.
    assert page.count('href="#posterior-two_moons-cp-vae"') == 6
    assert page.count("0.700 (npe, 1 x 1)") == 1
    assert f"<figcaption><b>c2st-against-time</b>: {picture.TIME}</figcaption>" in page
    assert "sbibm&#39;s protocol (mean of the observations measured)</h2>" in page
    assert "several kinds of machine (&lt;machine&gt;)" in page
    assert "<b>out" not in page
    assert "http" not in page.replace("http-equiv", "")  # self-contained
    markdown = (tmp_path / "report" / "report.md").read_text()
    assert (
        "| two_moons | cp-vae | 0.655 | 0.0655 | 10 | 10 x 3 | 0.606 | 0.523 | 0.700 (npe, 1 x 1) "
        "| 0.610 |"
    ) in markdown
    assert "| cp-vae | two_moons | 10000 | 2 | 2 of 4 | 0.450 | nan | nan |" in markdown
    assert '<td data-value="0.5">2 of 4</td>' in page
    assert f"{picture.TIME}\n\n![c2st-against-time](c2st-against-time.png)" in markdown
    assert "1 rows: npe, " in markdown
    assert "- jana on sir, 1 simulations, run 0, observations 1: <b>out</b>" in markdown
    assert "20000 simulations, run 0, observations 2 3: still" in markdown
    assert "once" not in markdown
    assert "c2st-against-budget.png" in names
    before = {path.name: path.read_bytes() for path in written}
    write_report(store, tmp_path / "report")
    assert before == {path.name: path.read_bytes() for path in written}


def test_accuracy_against_time_is_of_one_observation(store, monkeypatch, capsys):
    # Easier ones, which others lack.
    store.add([row("npe", "two_moons", 10_000, 0, o, 0.5, 100.0) for o in (2, 3)])
    store.add([row(method, "slcp", 10_000, 0, 1, 0.6) for method in METHOD_NAMES])
    drawn = []

    def figure(summary):
        drawn.append(value(summary, "npe", "two_moons", 10_000, "c2st"))
        # The two ends of the scale train nothing, in no time.
        assert set(METHOD_NAMES) - set(summary["method"]) == {"prior", "reference"}
        return accuracy_against_time(summary)

    monkeypatch.setattr(picture, "accuracy_against_time", figure)
    pictures = picture.pictures(store, progress_bar=True)
    assert [p.name for p in pictures] == ["c2st-against-time", "c2st-against-budget"]
    assert (drawn[0]["mean"], drawn[0]["observations"]) == (0.7, 1)
    assert "2/2" in capsys.readouterr().err
    # Each method keeps its color, though pictures are saved with few.
    pixels = np.asarray(Image.open(io.BytesIO(pictures[0].png)).convert("RGB")).reshape(-1, 3)
    for method, color in zip(METHOD_NAMES, 255 * np.array(COLORS), strict=False):
        if method not in ENDS:
            assert np.abs(pixels - color).max(axis=1).min() < 20


def test_rows_without_a_training_time(store, tmp_path):
    # GATSBI's from a GPU: its seconds do not compare with the others'.
    gatsbi = row("gatsbi", "two_moons", 10_000, 0, 1, 0.8, seconds=None)
    gatsbi["contention"] = False
    store.add([gatsbi])
    summary = summarize(store.results(), "paper")
    table = entries(summary, paper_figures(), "train_seconds")
    assert table.loc["gatsbi", ("two_moons", 10_000)].text == "–"
    legend = accuracy_against_time(summary).legends[0]
    names = [text.get_text() for text in legend.get_texts()]
    assert "npe" in names
    assert "gatsbi" not in names
    alone = ResultsStore(tmp_path / "alone")
    alone.add([gatsbi])
    names = {path.name for path in write_report(alone, tmp_path / "report")}
    assert "report.md" in names
    assert "c2st-against-time.png" not in names
    text = (tmp_path / "report" / "report.md").read_text()
    assert "C2ST" in text
    assert "Training time" not in text
    assert "kinds of machine" not in text


def test_draws_are_kept_as_they_are(store):
    cell = Cell("cp-vae", "two_moons", 10_000, 0)
    assert store.draws(cell, 1) is None
    draws = np.arange(6.0).reshape(3, 2)
    store.save_draws(cell, 1, draws)
    np.testing.assert_array_equal(store.draws(cell, 1), draws)


def test_empty_store_and_unwritable_folder(store, tmp_path):
    with pytest.raises(ValueError, match=r"no results in .* run `bf-vae benchmark`"):
        write_report(ResultsStore(tmp_path / "empty"), tmp_path / "report")
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        write_report(store, tmp_path / "file")


def test_command_without_results_names_the_folder_and_leaves_it(tmp_path):
    for folder in (tmp_path, tmp_path / "none"):
        result = CliRunner().invoke(app, ["report", "--folder", str(folder)])
        assert result.exit_code == 2
        assert f"There are no results in {folder}: give the --folder" in result.output
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed.")
def test_page_in_a_browser(store, tmp_path):
    write_report(store, tmp_path / "report")
    page = tmp_path / "report" / "report.html"
    # A click on a head sorts by it, gaps last; the protocol hides the other's tables.
    table = entries(summarize(store.results(), "paper"), paper_figures(), "c2st")
    column = 1 + list(table.columns).index(("two_moons", 10_000))
    click = f"<script>document.querySelectorAll('th button')[{column}].click()</script></body>"
    page.write_text(page.read_text().replace("</body>", click))
    done = subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom",
         "--disable-background-networking", f"--user-data-dir={tmp_path / 'profile'}",
         page.as_uri()],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.count('data-protocol="sbibm" hidden') == 3
    assert 'data-protocol="paper" hidden' not in done.stdout
    body = done.stdout.split("<tbody>")[1].split("</tbody>")[0]
    order = [part.split('"')[0] for part in body.split('<td data-value="')[1:]]
    values = order[column :: len(order) // body.count("<tr>")]
    numbers = [float(v) for v in values if v]
    assert 1 < len(numbers) < len(values)
    assert numbers == sorted(numbers)
    assert values[len(numbers) :] == [""] * (len(values) - len(numbers))


def test_the_ends_of_the_scale_alone(tmp_path):
    store = ResultsStore(tmp_path)
    store.add([row(method, "slcp", 10_000, 0, 1, 0.6) for method in ENDS])
    assert "report.md" in {path.name for path in write_report(store, tmp_path / "report")}
