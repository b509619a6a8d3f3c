"""Draws for pandas and ArviZ."""

import sys

import numpy as np
import pandas as pd
import pytest

from bf_vae.interchange import draws_to_frame, to_arviz
from bf_vae.interchange.draws_frame import write_draws
from bf_vae.interchange.tables import write_frame

DRAWS = np.random.default_rng(0).normal(size=(3, 10, 2))


def test_frame():
    frame = draws_to_frame(DRAWS[0], ["a", "b"])
    assert list(frame) == ["a", "b"]
    np.testing.assert_array_equal(frame, DRAWS[0])
    frame = draws_to_frame(DRAWS)
    assert list(frame) == ["observation", "theta_1", "theta_2"]
    np.testing.assert_array_equal(frame[frame["observation"] == 2].iloc[:, 1:], DRAWS[1])
    with pytest.raises(ValueError, match="3 names were given for 2 parameters"):
        draws_to_frame(DRAWS, ["a", "b", "c"])
    with pytest.raises(ValueError, match="1 names were given for 2 parameters"):
        draws_to_frame(DRAWS, "ab")
    for convert in (draws_to_frame, to_arviz):
        with pytest.raises(ValueError, match=r"need shape \(n, d\)"):
            convert(DRAWS[0, 0])
        convert(DRAWS[0], ["a", "observation"])
        with pytest.raises(ValueError, match="A parameter is named 'observation', as is the count"):
            convert(DRAWS, ["a", "observation"])


def test_arviz():
    arviz = pytest.importorskip("arviz")
    observed = np.arange(4.0)
    predicted = np.zeros((10, 4))
    data = to_arviz(DRAWS[0], ["a", "b"], observed, predicted)
    assert type(data).__name__ in ("InferenceData", "DataTree")
    assert data["posterior"]["b"].dims == ("chain", "draw")
    np.testing.assert_array_equal(data["posterior"]["b"][0], DRAWS[0, :, 1])
    np.testing.assert_array_equal(data["observed_data"]["observables"], observed)
    assert data["posterior_predictive"]["observables"].shape == (1, 10, 4)
    fewer = to_arviz(DRAWS[0], posterior_predictive=predicted[:5])["posterior_predictive"]
    assert fewer["observables"].shape == (1, 5, 4)
    assert arviz.summary(data, kind="stats").index.tolist() == ["a", "b"]
    several = to_arviz(DRAWS)["posterior"]["theta_1"]
    assert several.dims == ("chain", "draw", "observation")
    np.testing.assert_array_equal(several[0, :, 2], DRAWS[2, :, 0])
    data = to_arviz(DRAWS, observed_data=np.zeros((3, 4)))
    assert data["observed_data"]["observables"].dims[0] == "observation"
    assert to_arviz(DRAWS, observed_data=np.zeros(3))["observed_data"]["observables"].shape == (3,)
    for other in (np.zeros(4), np.zeros((2, 3)), 0.0):
        with pytest.raises(ValueError, match=r"Draws of 3 observations need .* \(3, \.\.\.\), got"):
            to_arviz(DRAWS, observed_data=other)


def test_arviz_of_data_predicted_for_several_observations():
    pytest.importorskip("arviz")
    predicted = np.random.default_rng(1).normal(size=(3, 10, 4))
    data = to_arviz(DRAWS, posterior_predictive=predicted)["posterior_predictive"]["observables"]
    assert data.dims[:3] == ("chain", "draw", "observation")
    np.testing.assert_array_equal(data[0, :, 2], predicted[2])
    for other in (predicted[:2], predicted[0], np.zeros((10, 3, 4))):
        with pytest.raises(ValueError, match=r"need a posterior_predictive of shape \(3, 10, '"):
            to_arviz(DRAWS, posterior_predictive=other)


def test_without_arviz(monkeypatch):
    monkeypatch.setitem(sys.modules, "arviz", None)
    with pytest.raises(ImportError, match=r"pip install 'bf_vae\[interchange\]'"):
        to_arviz(DRAWS)


def test_parquet_without_pyarrow(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ImportError, match=r"needs pyarrow: pip install 'bf_vae\[interchange\]'"):
        write_draws(DRAWS, None, tmp_path / "draws.parquet")
    assert not list(tmp_path.iterdir())


def test_files_are_whole_or_not_there(tmp_path, monkeypatch):
    for suffix in (".csv", ".parquet", ".npz"):
        write_draws(DRAWS[0], ["a", "b"], tmp_path / f"draws{suffix}")
    pd.testing.assert_frame_equal(
        pd.read_csv(tmp_path / "draws.csv"), pd.read_parquet(tmp_path / "draws.parquet")
    )
    before = (tmp_path / "draws.csv").read_bytes()

    def half(self, path, **kwargs):
        path.write_text("half")
        raise OSError("disk full")

    monkeypatch.setattr(pd.DataFrame, "to_csv", half)
    with pytest.raises(OSError, match="disk full"):
        write_frame(draws_to_frame(DRAWS), tmp_path / "draws.csv")
    assert (tmp_path / "draws.csv").read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 3
    with pytest.raises(ValueError, match=r"suffix '.txt'; it must be one of .csv, .parquet"):
        write_frame(draws_to_frame(DRAWS), tmp_path / "draws.txt")
