"""The order of methods and tasks."""


def known_first(names, known) -> list[str]:
    """The names without repetition: the known ones in their order, then others by the alphabet.

    Others are of another version, or a task of one's own.

    Parameters
    ----------
    names : iterable of str
    known : sequence of str
    """
    names = set(names)
    return [*(name for name in known if name in names), *sorted(names.difference(known))]
