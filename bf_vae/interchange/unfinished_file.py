"""Write, then rename: a file that is there is whole."""

import os
from contextlib import contextmanager
from pathlib import Path


def check_writable(path) -> None:
    """Make the folder of ``path`` and try whether a file can be written there; leaves none.

    Raises
    ------
    OSError
        If the folder cannot be made or written to, or ``path`` is a folder.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder; name a file in it.")
    _beside(path).touch()
    _beside(path).unlink()


@contextmanager
def unfinished_file(path):
    """Give a path to write to, which becomes ``path`` when all went well and is removed if not.

    Parameters
    ----------
    path : str or os.PathLike

    Yields
    ------
    pathlib.Path
        In the same folder, with the same suffix.

    Raises
    ------
    OSError
        As `check_writable`.
    """
    check_writable(path)
    partial = _beside(Path(path))
    try:
        yield partial
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    return path.with_name(f".unfinished-{os.getpid()}-{path.name}")
