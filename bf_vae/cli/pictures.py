"""Pictures: tried before the work, and written as a whole."""

from pathlib import Path

from ..unfinished_file import check_writable, unfinished_file


def check_picture(output: Path) -> None:
    """Whether a picture can be written to ``output``; leaves no file.

    Raises
    ------
    OSError
        As `check_writable`.
    ValueError
        If there is no such picture format.
    """
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib.backend_bases import FigureCanvasBase

    formats = FigureCanvasBase.get_supported_filetypes()
    if output.suffix and output.suffix[1:].lower() not in formats:
        raise ValueError(
            f"There are no {output.suffix} pictures, only {', '.join(sorted(formats))}."
        )
    check_writable(output)


def write_picture(figure, output: Path) -> None:
    """Save a figure in the format that the suffix names, .png without one."""
    with unfinished_file(output) as partial:
        figure.savefig(partial, dpi=120, format=output.suffix.lstrip(".") or "png")
