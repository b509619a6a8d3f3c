"""Named arrays and a JSON document in one ``.npz`` file, written as a whole or not at all."""

import json
import zipfile
import zlib
from pathlib import Path

import numpy as np

from ..unfinished_file import unfinished_file

DOCUMENT = "document"


def write_arrays(path: Path, arrays: dict[str, np.ndarray], document: dict) -> None:
    """As a whole: a process that is killed leaves the file of before."""
    with unfinished_file(path) as partial, open(partial, "wb") as file:
        # NumPy's numbers are written as Python's.
        text = json.dumps(document, default=lambda number: number.item())
        np.savez(file, **arrays, **{DOCUMENT: np.array(text)})


def read_arrays(path: Path, only_document: bool = False) -> tuple[dict[str, np.ndarray], dict]:
    """What `write_arrays` wrote: (arrays, document).

    Raises
    ------
    ValueError
        If the file is damaged or of another kind.
    """
    try:
        with np.load(path) as file:
            document = json.loads(str(file[DOCUMENT]))
            names = [] if only_document else file.files
            return {name: file[name] for name in names if name != DOCUMENT}, document
    except (ValueError, KeyError, EOFError, OSError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(
            f"{path} cannot be read, it is damaged or of another kind ({error}). Delete it to go "
            "on without it, or choose another checkpoint_path."
        ) from error
