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


def frame_as_markdown(frame) -> str:
    """A pandas table; its numbers with three digits."""
    rows = (
        [f"{cell:.3f}" if isinstance(cell, float) else cell for cell in row]
        for row in frame.itertuples(index=False)
    )
    return markdown_table(frame.columns, rows)
