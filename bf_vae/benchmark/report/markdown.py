"""Tables as Markdown."""


def markdown_table(columns, rows) -> str:
    """A head and rows of cells, each as `str` shows it.

    Parameters
    ----------
    columns : sequence of str
    rows : iterable of sequence
    """
    head, *body = ("| " + " | ".join(map(str, cells)) + " |" for cells in (columns, *rows))
    return "\n".join([head, "|---" * len(columns) + "|", *body])
