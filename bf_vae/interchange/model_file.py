"""Amortizers in ``.keras`` files, with a model card."""

import json
import zipfile
import zlib

import keras

from ..amortizers.amortizer import check_model_path
from ..unfinished_file import unfinished_file
from .model_card import ModelCard

# The card is an entry of Keras' own metadata: any Keras reads the file as it is.
METADATA, CONFIG, ENTRY = "metadata.json", "config.json", "bf_vae"
# Keras' names of what may have been saved without a card.
POSTERIORS = ("bf_vae>CPVAEAmortizer", "bf_vae>UPVAEAmortizer")


def save_model(amortizer, path, card: ModelCard | None = None) -> None:
    """Save an amortizer and its card, as a whole or not at all.

    `keras.saving.load_model` reads the file too.

    Parameters
    ----------
    amortizer : CPVAEAmortizer or UPVAEAmortizer
    path : str or os.PathLike
        With the suffix ``.keras``.
    card : ModelCard, optional
        Default: dimensions, support and versions.

    Raises
    ------
    ValueError
        For another suffix.
    TypeError, RuntimeError
        If the amortizer is no posterior, or has no weights yet.
    OSError
        If the file cannot be written.
    """
    check_model_path(path)
    card = card or ModelCard.of(amortizer)
    with unfinished_file(path) as partial:
        amortizer.save(partial)
        with zipfile.ZipFile(partial) as file:
            entries = {name: file.read(name) for name in file.namelist()}
        metadata = json.loads(entries[METADATA])
        entries[METADATA] = json.dumps({**metadata, ENTRY: card.to_dict()}, indent=1).encode()
        with zipfile.ZipFile(partial, "w") as file:
            for name, content in entries.items():
                file.writestr(name, content)


def read_card(path) -> ModelCard:
    """The card of a saved amortizer, without its weights.

    An amortizer that was saved by its own ``save`` has none; what Keras kept is then told.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is no saved posterior amortizer, or was made by a newer version.
    """
    metadata, config = _read_documents(path)
    if ENTRY in metadata:
        try:
            return ModelCard.from_dict(metadata[ENTRY])
        except ValueError as error:
            raise ValueError(f"{path} {error}") from error
    kind, name = config.get("class_name"), str(config.get("registered_name"))
    if name not in POSTERIORS:
        if name.startswith("bf_vae>"):
            raise ValueError(
                f"{path} holds a {kind}; here a posterior is needed, a CPVAEAmortizer or "
                "UPVAEAmortizer. Save a joint amortizer's .posterior; from Python, "
                "keras.saving.load_model reads this file."
            )
        raise _no_model(path, f"it holds a {kind}")
    return ModelCard.of_config(kind, config["config"], config["build_config"])


def load_model(path):
    """A saved amortizer and its card.

    Returns
    -------
    amortizer : CPVAEAmortizer or UPVAEAmortizer
    card : ModelCard

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is no saved posterior amortizer, is damaged, or was made by a newer version.
    """
    check_model_path(path)
    card = read_card(path)
    try:
        return keras.saving.load_model(path), card
    # Whatever a damaged or foreign archive provokes in Keras, h5py and zipfile.
    except Exception as error:
        made = ", ".join(f"{k} {v}" for k, v in card.versions.items()) or "unknown versions"
        raise ValueError(
            f"{path} could not be loaded: it is damaged, or made with other versions than the "
            f"installed ones ({made}). Fit it again, or install those. Keras says: {error}"
        ) from error


def _read_documents(path) -> tuple[dict, dict]:
    """Keras' metadata and configuration of a saved model."""
    try:
        with zipfile.ZipFile(path) as file:
            metadata, config = (dict(json.loads(file.read(name))) for name in (METADATA, CONFIG))
    except FileNotFoundError as error:
        raise FileNotFoundError(f"There is no file {path}.") from error
    # No archive, a damaged one, one without these entries, or entries that are none of Keras'.
    except (zipfile.BadZipFile, zlib.error, KeyError, TypeError, ValueError) as error:
        raise _no_model(path, "it is damaged or of another kind") from error
    return metadata, config


def _no_model(path, reason) -> ValueError:
    return ValueError(
        f"{path} is no saved bf_vae model: {reason}. `bf-vae fit`, save_model and a posterior "
        "amortizer's save() make one."
    )
