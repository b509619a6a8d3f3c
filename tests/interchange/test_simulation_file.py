"""Simulations from files; what cannot be read is tested through the command line."""

import numpy as np
import pandas as pd
import pytest

from bf_vae.interchange import read_simulations

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
    assert read_simulations(tmp_path / "table.csv").observable_names == ["observable_1"]


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


def test_headless_tables_with_a_byte_order_mark(tmp_path):
    (tmp_path / "bare.csv").write_text("\ufeff1,2\n3,4\n", encoding="utf-8")
    with pytest.raises(ValueError, match="has no header"):
        read_simulations(tmp_path / "bare.csv")
