"""Stores that hands have edited, or that cannot be written: said before a training is lost."""

import os

import pytest

from bf_vae.benchmark import Cell, CellOptions, ResultsStore, cell_runner, locked_csv, run_cell

CELL = Cell("prior", "two_moons", 50, 0)
KEY = {"method": "prior", "task": "two_moons", "budget": 50, "seed": 0}
ROWS = [{**KEY, "observation": o, "c2st": 0.5, "settings": '{"a": 1}'} for o in (1, 2)]
FAILURE = {**KEY, "observation": "3 4", "error": "no luck"}


@pytest.fixture
def store(tmp_path):
    store = ResultsStore(tmp_path)
    store.add(ROWS)
    store.add_failure(FAILURE)
    store.add_calibration([{**KEY, "parameter": "theta_1", "coverage_50": 0.5}])
    return store


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("results", "50,0,2,0.5", '50,0,2,"0,5"', r"results.csv, line 3: c2st is '0,5', not a num"),
        ("results", "50,0,2,0.5", "50,0,2,0,5", r"results.csv .* line 3 has 19 fields, not 18"),
        ("results", "50,0,1,0.5", "50,0,1,0,5", r"results.csv .* line 2 has 19 fields, not 18"),
        ("results", "50,0,2", "10k,0,2", r"results.csv, line 3: budget is '10k', not a whole"),
        ("results", "50,0,2", "50,0.5,2", r"results.csv, line 3: seed is 0.5, not a whole number"),
        ("results", "50,0,2", "50,,2", r"results.csv, line 3: seed is nan, not a whole number"),
        ("results", "prior,", ",", r"results.csv, line 2: method is nan, not a name"),
        ("results", "50,0,2", "50,0,1", r"line 3: .* method prior, .* observation 1 before"),
        ("failures", "50,0", "10k,0", r"failures.csv, line 2: budget is '10k', not a whole"),
        ("failures", "3 4", "3-4", r"failures.csv, line 2: observation is '3-4', not whole"),
        ("calibration", "theta_1,,0.5", "theta_1,,half", r"coverage_50 is 'half', not a number"),
    ],
)
def test_edited_rows(store, name, old, new, message):
    edit(store.folder / f"{name}.csv", old, new)
    with pytest.raises(ValueError, match=message):
        getattr(ResultsStore(store.folder), name)()


def test_no_text(store):
    (store.folder / "results.csv").write_bytes(b"\xff\xfe\n")
    with pytest.raises(ValueError, match=r"results.csv cannot be read: .*utf-8"):
        store.results()


def test_missing_column(store):
    edit(store.folder / "results.csv", ",c2st,", ",")
    with pytest.raises(OSError, match=r"results.csv has the columns .* They differ in c2st\.$"):
        store.results()


def test_windows_line_ends_and_byte_order_mark(store):
    path = store.folder / "results.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert store.add([*ROWS, {**KEY, "observation": 3, "c2st": 0.75}]) == 1
    assert store.results()["c2st"].tolist() == [0.5, 0.5, 0.75]


def test_last_line_without_its_break_is_kept(store):
    path = store.folder / "results.csv"
    path.write_bytes(path.read_bytes()[:-1])
    assert store.results()["observation"].tolist() == [1, 2]
    store.add([{**KEY, "observation": 3}])
    assert store.results()["observation"].tolist() == [1, 2, 3]
    # A quote that is not closed: what a killed process left, even with commas enough.
    lines = path.read_bytes()
    path.write_bytes(lines + b"m,t,1,0,5" + b"," * 12 + b',"')
    assert store.results()["observation"].tolist() == [1, 2, 3]


def test_reading_writes_nothing(tmp_path):
    store = ResultsStore(tmp_path)
    assert store.results().empty
    assert store.failures().empty
    assert not list(tmp_path.iterdir())


def columns_of_another_version(folder, monkeypatch, name):
    path = folder / f"{name}.csv"
    edit(path, ",machine,", ",machine,new,")


def no_permission(folder, monkeypatch, name):
    real_open = os.open

    def forbidden(path, *arguments):
        if str(path).endswith(f"{name}.csv"):
            raise PermissionError(13, "Permission denied")
        return real_open(path, *arguments)

    # Root may write everything.
    monkeypatch.setattr(locked_csv.os, "open", forbidden)


def draws_are_a_file(folder, monkeypatch, name):
    (folder / "draws").write_text("")


@pytest.mark.parametrize(
    ("damage", "name", "message"),
    [
        (columns_of_another_version, "calibration", r"calibration.csv has .* differ in new"),
        (columns_of_another_version, "failures", r"failures.csv has .* differ in new"),
        (no_permission, "calibration", r"calibration.csv cannot be written: Permission denied"),
        (no_permission, "results", r"results.csv cannot be written: Permission denied"),
        (draws_are_a_file, "draws", r"draws"),
    ],
)
def test_said_before_the_training(store, monkeypatch, damage, name, message):
    monkeypatch.setattr(cell_runner, "get_method", lambda *_: pytest.fail("It trains."))
    damage(store.folder, monkeypatch, name)
    with pytest.raises(OSError, match=message):
        run_cell(CELL, CellOptions(str(store.folder), (5,), allow_contention=True))
