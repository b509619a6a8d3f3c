"""What the columns of the page are sorted by."""

import re

from .comparison import NOT_MEASURED

# "0.539 (jana, 3 x 3)", "10 x 3", "9 of 10"
_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)(?: of (\d+))?(?: |$)")


def sort_value(cell) -> float | str:
    """The number that a cell begins with, of "9 of 10" the share; other text as it is.

    Nothing where there is no figure: the page leaves these last.

    Parameters
    ----------
    cell : float, int or str
    """
    text = str(cell)
    if text in ("nan", NOT_MEASURED):
        return ""
    found = _NUMBER.match(text)
    return float(found[1]) / float(found[2] or 1) if found else text
