"""Write, then rename: a file that is there is whole."""

import os
from contextlib import contextmanager
from pathlib import Path


def check_writable(path) -> None:
    """Try whether ``path``, and the folders that it needs, can be written; leaves nothing.

    Raises
    ------
    OSError
        If they cannot, or ``path`` is a folder.
    """
    path = Path(path)
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder; name a file in it.")
    folder = next(folder for folder in path.absolute().parents if folder.exists())
    trial = _beside(folder / path.name)
    try:
        trial.touch()
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    trial.unlink()


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
    partial.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield partial
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    return path.with_name(f".unfinished-{os.getpid()}-{path.name}")
