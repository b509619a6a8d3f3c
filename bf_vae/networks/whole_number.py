"""Counts and seeds: whole numbers of any type, and nothing that would have to be cut."""

import operator


def whole_number(name: str, value, least: int | None = None) -> int:
    """``value`` as an int.

    Raises
    ------
    TypeError
        If it is no whole number, as 2.0 is none; it names the argument.
    ValueError
        If it is below ``least``.
    """
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be a whole number (an int), got {value!r}.") from None
    if least is not None and number < least:
        raise ValueError(f"{name} must be at least {least}, got {number}.")
    return number
