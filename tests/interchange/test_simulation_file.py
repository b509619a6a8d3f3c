"""Simulations from files; what cannot be read is tested through the command line."""

import numpy as np
import pandas as pd
import pytest

from bf_vae.interchange import ModelCard, Simulations, read_observations, read_simulations

THETA, Y = np.arange(8.0).reshape(4, 2), np.arange(12.0).reshape(4, 3)


def test_columns_of_tables(tmp_path):
    frame = pd.DataFrame(np.hstack([THETA, Y]), columns=["theta_1", "theta_2", "a", "b", "c"])
    frame.to_csv(tmp_path / "table.csv", index=False)
    frame.to_parquet(tmp_path / "table.parquet")
    for name in ("table.csv", "table.parquet"):
        simulations = read_simulations(tmp_path / name)
        np.testing.assert_array_equal(simulations.parameters, THETA)
        np.testing.assert_array_equal(simulations.observables, Y)
        assert simulations.observable_names == ["a", "b", "c"]
        simulations = read_simulations(tmp_path / name, ["theta_2"], ["c", "a"])
        np.testing.assert_array_equal(simulations.parameters, THETA[:, 1:])
        np.testing.assert_array_equal(simulations.observables, Y[:, [2, 0]])
    frame.rename(columns={"b": "observable_1"}).to_csv(tmp_path / "table.csv", index=False)
    unread = r"columns theta_2, a, c are not read: .* by --observables"
    with pytest.warns(UserWarning, match=unread) as told:
        simulations = read_simulations(tmp_path / "table.csv", ["theta_1"])
    assert simulations.observable_names == ["observable_1"]
    assert told[0].filename == __file__
    # A parameter that is left out is no data: the posterior is a marginal one.
    frame.to_csv(tmp_path / "table.csv", index=False)
    with pytest.warns(UserWarning, match="columns theta_2 are not read"):
        simulations = read_simulations(tmp_path / "table.csv", ["theta_1"])
    assert simulations.observable_names == ["a", "b", "c"]


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_spaces_around_names(suffix, tmp_path):
    path, names = tmp_path / f"table{suffix}", ["theta_1", " theta_2", " x ", "y "]
    frame = pd.DataFrame(np.hstack([THETA, Y[:, :2]]), columns=names)
    if suffix == ".csv":
        # Values after spaces, before spaces and alone.
        lines = [", ".join(map(str, row)) + " " for row in frame.to_numpy()]
        path.write_text("\n".join([",".join(names), *lines]))
    else:
        frame.to_parquet(path)
    for parameters in (None, ["theta_1", " theta_2"]):
        simulations = read_simulations(path, parameters)
        assert simulations.parameter_names == ["theta_1", "theta_2"]
        assert simulations.observable_names == ["x", "y"]
        np.testing.assert_array_equal(simulations.parameters, THETA)
        np.testing.assert_array_equal(simulations.observables, Y[:, :2])
    # Of a model that was saved with names as they were in its file, too.
    card = ModelCard("CPVAEAmortizer", 2, {"summary_conditions": [2]}, observable_names=["y", " x"])
    np.testing.assert_array_equal(read_observations(path, card), Y[:, [1, 0]])


def test_names_that_are_equal_without_spaces(tmp_path):
    path = tmp_path / "table.csv"
    found = []
    for header in ("theta,theta,x,x", "theta, theta,x ,x"):
        path.write_text(f"{header}\n1,2,3,4\n")
        simulations = read_simulations(path)
        found.append((simulations.parameter_names, simulations.observable_names))
        assert simulations.parameters.tolist() == [[1, 2]]
    assert found == [(["theta", "theta.1"], ["x", "x.1"])] * 2


def test_cells_of_spaces_only_are_gaps(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text('theta_1, "theta_2", x\n1, ,3\n4, 5, 6\n')
    np.testing.assert_array_equal(read_simulations(path).parameters, [[1, np.nan], [4, 5]])
    path.write_text("1, ,3\n4, 5, 6\n")
    with pytest.raises(ValueError, match="has no header"):
        read_simulations(path)


def test_first_lines_that_are_no_header(tmp_path):
    path = tmp_path / "table.csv"
    cases = {
        "theta_1;theta_2;x": r"table\.csv cannot be read .* separated by ';'; put commas",
        "theta_1\ttheta_2\tx": "separated by tabs; put commas between",
        "# my sims\ntheta_1,theta_2,x": "'# my sims', begins with '#'. Delete comments",
        "# theta_1,theta_2,x": "delete the '#' only, .* np.savetxt writes unless told comments=''",
    }
    for header, message in cases.items():
        path.write_text(f"{header}\n1,2,3\n")
        with pytest.raises(ValueError, match=message):
            read_simulations(path)
    # One column has no separators.
    path.write_text("size of x\n1\n2\n")
    shape, names = {"summary_conditions": [1]}, ["size of x"]
    card = ModelCard("CPVAEAmortizer", 1, shape, observable_names=names)
    assert read_observations(path, card).tolist() == [[1], [2]]


def test_one_name_is_a_name(tmp_path):
    table = pd.DataFrame(np.hstack([THETA, Y]), columns=["mu", "b", *"xyz"])
    table.to_csv(tmp_path / "t.csv", index=False)
    simulations = read_simulations(tmp_path / "t.csv", "mu", ["x"])
    np.testing.assert_allclose(simulations.parameters, THETA[:, :1], rtol=1e-6)


def test_names_that_are_none_or_twice(tmp_path):
    np.savez(tmp_path / "bare.npz", parameters=THETA, observables=Y)
    names = {"parameter_names": ["a", "b"], "observable_names": ["x", "y", "z"]}
    np.savez(tmp_path / "named.npz", parameters=THETA, observables=Y, **names)
    pd.DataFrame(np.hstack([THETA, Y]), columns=list("abxyz")).to_csv(tmp_path / "t.csv")
    for name in ("bare.npz", "named.npz", "t.csv"):
        with pytest.raises(ValueError, match="The parameters name a more than once"):
            read_simulations(tmp_path / name, ["a", "a "], ["x"])
        with pytest.raises(ValueError, match="The observables name x, y more than once"):
            read_simulations(tmp_path / name, ["a", "b"], ["x", "y", "x", "y", "z"])
        with pytest.raises(ValueError, match=r"No parameters are named.*leave --parameters out"):
            read_simulations(tmp_path / name, [])
        with pytest.raises(ValueError, match="No observables are named"):
            read_simulations(tmp_path / name, ["a", "b"], [])
    # Only the first of two would be found.
    np.savez(tmp_path / "twice.npz", parameters=THETA, observables=Y, parameter_names=["a", "a"])
    with pytest.raises(ValueError, match=r"twice\.npz: the parameters name a more than once"):
        read_simulations(tmp_path / "twice.npz")


def test_parameters_that_do_not_vary():
    theta = np.column_stack([THETA, np.full(4, 2.0), 1e9 + THETA[:, 0]])
    names = ["a", "b", "c", "d"]
    Simulations(theta[:, :2], Y).check_parameters_vary()
    with pytest.raises(ValueError, match="learned of the parameters c, d: each has the same value"):
        Simulations(theta, Y, names).check_parameters_vary()
    with pytest.raises(ValueError, match="of the parameters theta_3, theta_4: "):
        Simulations(theta, Y).check_parameters_vary()


def test_names_of_arrays(tmp_path):
    path = tmp_path / "arrays.npz"
    np.savez(path, parameters=THETA, observables=Y)
    simulations = read_simulations(path, ["mu", "nu"])
    assert (simulations.parameter_names, simulations.observable_names) == (["mu", "nu"], None)
    np.savez(path, parameters=THETA, observables=Y[:, 0], parameter_names=["nu", "mu"])
    simulations = read_simulations(path, ["mu", "nu"])
    # By name, not by order.
    np.testing.assert_array_equal(simulations.parameters, THETA[:, ::-1])
    assert simulations.observables.shape == (4, 1)
    assert read_simulations(path).parameter_names == ["nu", "mu"]
    with pytest.raises(ValueError, match="has no parameters xi; there are nu, mu"):
        read_simulations(path, ["xi"])


def test_rows_longer_than_the_header(tmp_path):
    (tmp_path / "commas.csv").write_text("theta_1,x\n1,2,\n3,4,\n")
    simulations = read_simulations(tmp_path / "commas.csv")
    np.testing.assert_array_equal(simulations.parameters, [[1], [3]])
    np.testing.assert_array_equal(simulations.observables, [[2], [4]])
    (tmp_path / "longer.csv").write_text("theta_1,x\n1,2,5\n3,4,6\n")
    with pytest.raises(ValueError, match="rows have more cells than its header"):
        read_simulations(tmp_path / "longer.csv")


def test_headless_tables_with_a_byte_order_mark(tmp_path):
    (tmp_path / "bare.csv").write_text("\ufeff1,2\n3,4\n", encoding="utf-8")
    with pytest.raises(ValueError, match="has no header"):
        read_simulations(tmp_path / "bare.csv")


def test_the_header_that_pandas_counts_is_no_observation(tmp_path):
    path, card = tmp_path / "table.csv", ModelCard("CPVAEAmortizer", 1, {"summary_conditions": [3]})
    pd.DataFrame(Y).to_csv(path, index=False)
    with pytest.raises(ValueError, match=r"'0,1,2', seems to be the header .* header=False"):
        read_observations(path, card)
    with pytest.raises(ValueError, match=r"'0,1,2', seems to be the header"):
        read_simulations(path)
    pd.DataFrame(Y).to_csv(path)
    with pytest.raises(ValueError, match=r"',0,1,2', seems to be the header .* index=False"):
        read_observations(path, card)
    path.write_text("0,1,2\n")  # one observation
    assert read_observations(path, card).tolist() == [[0, 1, 2]]
    pd.Series([0.5, 2.5]).to_csv(path, index=False)
    with pytest.raises(ValueError, match="'0', seems to be the header"):
        read_observations(path, card)
    pd.Series([0, 5, 2]).to_csv(path, index=False, header=False)
    assert read_observations(path, card).tolist() == [[0, 5, 2]]


def test_several_observations_of_one_feature(tmp_path):
    card = ModelCard("CPVAEAmortizer", 1, {"summary_conditions": [1]})
    np.savetxt(tmp_path / "column.csv", Y[:, 0])
    np.savez(tmp_path / "vector.npz", observables=Y[:, 0])
    np.savez(tmp_path / "column.npz", observables=Y[:, :1])
    for name in ("column.csv", "vector.npz", "column.npz"):
        np.testing.assert_array_equal(read_observations(tmp_path / name, card), Y[:, :1])
    np.savez(tmp_path / "named.npz", observables=Y[:, 0], observable_names=["y"])
    named = ModelCard("CPVAEAmortizer", 1, {"summary_conditions": [1]}, observable_names=["y"])
    np.testing.assert_array_equal(read_observations(tmp_path / "named.npz", named), Y[:, :1])
    # Of more features, a column is one observation.
    card = ModelCard("CPVAEAmortizer", 1, {"summary_conditions": [4]})
    for name in ("column.csv", "vector.npz", "column.npz"):
        np.testing.assert_array_equal(read_observations(tmp_path / name, card), [Y[:, 0]])
