"""Tables and arrays in files of the three kinds."""

import io
import warnings
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pandas as pd

from ..unfinished_file import unfinished_file
from .names import stripped

TABLE_SUFFIXES = (".csv", ".parquet")
SUFFIXES = (".npz", *TABLE_SUFFIXES)


def check_suffix(path, suffixes) -> str:
    """The suffix of ``path`` in lower case.

    Raises
    ------
    ValueError
        If it is none of ``suffixes``.
    ImportError
        For .parquet without pyarrow.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in suffixes:
        raise ValueError(
            f"{path} has the suffix {suffix!r}; it must be one of {', '.join(suffixes)}."
        )
    if suffix == ".parquet":
        try:
            import pyarrow  # noqa: F401
        except ImportError as error:
            raise ImportError(
                f"{path} needs pyarrow: pip install 'bf_vae[interchange]'."
            ) from error
    return suffix


def is_archive(path) -> bool:
    """Whether ``path`` names arrays (.npz) rather than a table (.csv, .parquet).

    Raises
    ------
    ValueError
        For another suffix.
    """
    return check_suffix(path, SUFFIXES) == ".npz"


def read_archive(path) -> dict[str, np.ndarray]:
    """All arrays of an .npz file.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is damaged, of another kind, or holds Python objects.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except FileNotFoundError as error:
        raise FileNotFoundError(f"There is no file {path}.") from error
    except (ValueError, TypeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(f"{path} is no .npz file of numbers, or damaged ({error}).") from error


def read_table(path) -> pd.DataFrame:
    """A .csv or .parquet file with names for its columns; numbers where a .csv has no header.

    Spaces around names are dropped.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is empty, damaged or of another kind.
    ImportError
        For .parquet without pyarrow.
    """
    try:
        if check_suffix(path, SUFFIXES) == ".parquet":
            frame = pd.read_parquet(path).rename(columns=str)
        else:
            frame = _read_csv(path)
        if has_names(frame):
            # Names that became equal are told apart as in any .csv: by the reader of its header.
            header = pd.DataFrame([stripped(frame)]).to_csv(header=False, index=False)
            frame.columns = pd.read_csv(io.StringIO(header)).columns
    except FileNotFoundError as error:
        raise FileNotFoundError(f"There is no file {path}.") from error
    # pandas' and pyarrow's own errors are ValueErrors; a file of bytes is no text.
    except ValueError as error:
        raise ValueError(f"{path} cannot be read as a table ({error}).") from error
    return frame


def write_frame(frame: pd.DataFrame, path, index: bool = False) -> None:
    """Write a frame to .csv or .parquet, as a whole or not at all.

    Raises
    ------
    ValueError
        For another suffix.
    OSError
        If the file cannot be written.
    ImportError
        For .parquet without pyarrow.
    """
    suffix = check_suffix(path, TABLE_SUFFIXES)
    with unfinished_file(path) as partial:
        if suffix == ".csv":
            frame.to_csv(partial, index=index)
        else:
            (frame.reset_index() if index else frame).to_parquet(partial, index=False)


def has_names(frame: pd.DataFrame) -> bool:
    """Whether the columns of `read_table`'s frame came with names."""
    return not pd.api.types.is_integer_dtype(frame.columns)


def numbers(frame: pd.DataFrame, path) -> np.ndarray:
    """A frame as float64, NaN where a cell is empty.

    Raises
    ------
    ValueError
        If a cell holds text.
    """
    values = frame.apply(pd.to_numeric, errors="coerce")
    for column in frame:
        is_text = values[column].isna() & frame[column].notna()
        if is_text.any():
            row = int(np.flatnonzero(is_text)[0])
            raise ValueError(
                f"{path}: column {column!r} holds {frame[column].iloc[row]!r} in row {row + 1}, "
                "which is no number."
            )
    return values.to_numpy("float64", na_value=np.nan)


def _read_csv(path) -> pd.DataFrame:
    """A .csv file as pandas reads it, once its first line has shown that it is one."""
    with open(path, encoding="utf-8-sig") as file:
        lines = (line.strip() for line in file if line.strip())
        first, second = next(lines, ""), next(lines, "")
    if first.startswith("#"):
        raise ValueError(
            f"its first line, {first[:40]!r}, begins with '#'. Delete comments; where the line "
            "names the columns, delete the '#' only, which np.savetxt writes unless told "
            "comments=''"
        )
    for separator, name in ((";", "';'"), ("\t", "tabs")):
        if separator in first and "," not in first:
            raise ValueError(f"it seems to be separated by {name}; put commas between its columns")
    if _is_pandas_header(first, second):
        raise ValueError(
            f"its first line, {first[:40]!r}, seems to be the header that pandas writes for "
            "columns without names. Name the columns, or write it with header=False, index=False; "
            "where the line is data, write 0.0 for 0"
        )
    header = None if _is_headless(first) else "infer"
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)
        try:
            # Without an index: pandas would make one of the first column where rows are longer.
            frame = pd.read_csv(path, header=header, skipinitialspace=True, index_col=False)
        except pd.errors.ParserWarning as error:
            raise ValueError(
                "its rows have more cells than its header; name all columns"
            ) from error
    unnamed = [c for c in frame if str(c).startswith("Unnamed:")]
    if unnamed:
        raise ValueError(
            f"it has {len(unnamed)} columns without a name; the first may be an index, which "
            "pandas writes unless told index=False. Name or drop them"
        )
    return frame


def _is_pandas_header(first: str, second: str) -> bool:
    """Whether the first of several lines counts the columns from 0, beside an index or not.

    A single 0 above whole numbers may be one itself.
    """
    cells = first.removeprefix(",").split(",")
    counts = cells == [str(i) for i in range(len(cells))]
    return bool(second) and counts and not (first == "0" and second.isdigit())


def _is_headless(first: str) -> bool:
    """Whether the first line is numbers: names that are all numbers are none."""
    cells = [cell for cell in first.split(",") if cell.strip()]
    try:
        return bool([float(cell) for cell in cells])
    except ValueError:
        return False
