"""The store survives killed, crowded and foreign writers."""

import errno
import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap

import pytest

from bf_vae.benchmark import Cell, ResultsStore, locked_csv

CELL = Cell("cp-vae", "two_moons", 100, 0)


def row(observation, cell=CELL, **figures):
    key = {"method": cell.method, "task": cell.task, "budget": cell.budget, "seed": cell.seed}
    return {**key, "observation": observation, "c2st": 0.5, "settings": '{"a": 1}', **figures}


def test_round_trip(tmp_path):
    store = ResultsStore(tmp_path / "new")
    assert store.missing(CELL, [1, 2]) == [1, 2]
    assert store.add([row(1), row(3)]) == 2
    assert store.missing(CELL, [1, 2, 3]) == [2]
    assert store.results()["settings"].tolist() == ['{"a": 1}'] * 2


def test_no_row_twice(tmp_path):
    store = ResultsStore(tmp_path)
    store.add([row(1)])
    assert store.add([row(1, c2st=0.9), row(2)]) == 1
    assert store.results()["c2st"].tolist() == [0.5, 0.5]


@pytest.mark.parametrize("torn", [2, 30])
def test_torn_line_is_cut_off(tmp_path, torn):
    store = ResultsStore(tmp_path)
    store.add([row(1), row(2)])
    path = tmp_path / "results.csv"
    path.write_bytes(path.read_bytes()[:-torn])
    assert store.missing(CELL, [1, 2]) == [2]
    store.add([row(2, c2st=0.75), row(3)])
    assert store.results()["observation"].tolist() == [1, 2, 3]
    assert store.results()["c2st"].tolist() == [0.5, 0.75, 0.5]


def test_nothing_of_a_torn_line_is_left_behind_a_shorter_one(tmp_path):
    store = ResultsStore(tmp_path)
    store.add([row(1), row(2, settings="long " * 200)])
    path = tmp_path / "results.csv"
    path.write_bytes(path.read_bytes()[:-2])
    store.add([row(2)])
    lines = path.read_text().splitlines()
    assert len(lines) == 3
    assert store.results()["settings"].tolist() == ['{"a": 1}'] * 2


def test_torn_header(tmp_path):
    store = ResultsStore(tmp_path)
    (tmp_path / "results.csv").write_text("method,ta")
    assert store.missing(CELL, [1]) == [1]
    store.add([row(1)])
    assert store.missing(CELL, [1]) == []


def test_line_breaks_stay_out(tmp_path):
    store = ResultsStore(tmp_path)
    cell = {"method": "m", "task": "t", "budget": 1, "seed": 0, "observation": "1"}
    store.add_failure({**cell, "error": "two\nlines", "traceback": "a\n  b"})
    assert store.failures().loc[0, "error"] == "two lines"


def _write_many(folder, seed):
    store = ResultsStore(folder)
    for observation in range(1, 41):
        store.add([row(observation, Cell("m", "t", 1, seed)), row(observation)])


def test_two_writers_at_once(tmp_path):
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_write_many, args=(tmp_path, seed)) for seed in (1, 2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    results = ResultsStore(tmp_path).results()
    assert len(results) == 3 * 40
    assert not results.duplicated(["method", "task", "budget", "seed", "observation"]).any()


def test_killed_writer(tmp_path):
    program = textwrap.dedent("""
        import itertools, sys
        from bf_vae.benchmark.store import ResultsStore
        store = ResultsStore(sys.argv[1])
        for i in itertools.count(1):
            key = {"method": "m", "task": "t", "budget": 1, "seed": 0}
            store.add([{**key, "observation": i, "settings": "x" * 5000}])
            print(i, flush=True)
    """)
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        for _ in range(5):
            told = int(writer.stdout.readline())
        writer.send_signal(signal.SIGKILL)
        told = max([told, *(int(line) for line in writer.stdout)])
    store = ResultsStore(tmp_path)
    store.add([row(1)])
    results = store.results()
    done = results.loc[results["method"] == "m", "observation"].tolist()
    # Every row that was reported is there, whole and once.
    assert done[:told] == list(range(1, told + 1))
    assert len(done) <= told + 1
    assert (results.loc[results["method"] == "m", "settings"].str.len() == 5000).all()


def test_full_disk_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    store = ResultsStore(tmp_path)
    store.add([row(1)])
    before = (tmp_path / "results.csv").read_bytes()
    real_write = os.write

    def write_half(descriptor, data):
        real_write(descriptor, data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(locked_csv.os, "write", write_half)
    with pytest.raises(OSError, match=r"No space left on device.*Make room"):
        store.add([row(2)])
    assert (tmp_path / "results.csv").read_bytes() == before


def test_other_columns(tmp_path):
    store = ResultsStore(tmp_path)
    store.add([row(1)])
    path = tmp_path / "results.csv"
    path.write_text(path.read_text().replace("c2st,mmd,", "c2st,new,mmd,"))
    before = path.read_bytes()
    with pytest.raises(locked_csv.StoreError, match=r"has the columns method, .*, new, .* another"):
        store.add([row(2)])
    assert path.read_bytes() == before


def test_another_schema(tmp_path):
    (tmp_path / "schema.json").write_text('{"schema": 99}')
    with pytest.raises(ValueError, match="written with schema 99"):
        ResultsStore(tmp_path)
    (tmp_path / "schema.json").write_text("nonsense")
    with pytest.raises(ValueError, match="cannot be read"):
        ResultsStore(tmp_path)


def test_results_of_something_else(tmp_path):
    (tmp_path / "results.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match=r"no schema.json beside it"):
        ResultsStore(tmp_path)


def test_claims(tmp_path):
    store = ResultsStore(tmp_path)
    with store.claim("a") as first, store.claim("a") as second, store.claim("b") as other:
        assert (first, second, other) == (True, False, True)
    with store.claim("a") as again:
        assert again
