"""Rows of a file that may have been edited by hand, or an error that names the line."""

import pandas as pd


def _is_number(entry) -> bool:
    return isinstance(float(entry), float)


def _is_whole(entry) -> bool:
    return float(entry) % 1 == 0


def _are_whole(entry) -> bool:
    return all(part.isdecimal() for part in str(entry).split())


def _is_text(entry) -> bool:
    return isinstance(entry, str)


# What an entry may be: whether it is, or ValueError or TypeError; and words for it.
NUMBER = _is_number, "a number"
WHOLE = _is_whole, "a whole number"
WHOLES = _are_whole, "whole numbers with spaces between them"
TEXT = _is_text, "a name"


def check_entries(frame: pd.DataFrame, path, kinds: dict) -> None:
    """Raise unless the rows of a file hold what they should.

    Parameters
    ----------
    frame : pd.DataFrame
        All rows of the file.
    path : Path
        Of the file, for the message.
    kinds : dict
        From columns to what is in them: ``NUMBER`` (may be missing), ``WHOLE``, ``WHOLES``
        or ``TEXT``.

    Raises
    ------
    ValueError
    """
    for name, (is_right, wanted) in kinds.items():
        for row, entry in enumerate(frame[name]):
            try:
                right = is_right(entry)
            except (ValueError, TypeError):
                right = False
            if not right:
                raise ValueError(
                    f"{_line(path, row)}: {name} is {entry!r}, not {wanted}. Mend or delete the "
                    "line."
                )


def check_single(frame: pd.DataFrame, path, key) -> None:
    """Raise if two rows are the same in the columns of ``key``: they would count twice.

    Parameters
    ----------
    frame, path
        As for `check_entries`.
    key : sequence of str

    Raises
    ------
    ValueError
    """
    rows = frame[list(key)]
    twice = rows.duplicated()
    if twice.any():
        row = int(twice.idxmax())
        named = ", ".join(f"{name} {entry}" for name, entry in rows.loc[row].items())
        raise ValueError(
            f"{_line(path, row)}: there is a row of {named} before. Delete one of the two."
        )


def _line(path, row: int) -> str:
    # The first line is the header.
    return f"{path}, line {row + 2}"
