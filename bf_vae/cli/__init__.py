"""The commands of ``bf-vae``, each in a file of its own; ``bf_vae_command`` runs them."""

# Importing a command's module adds it to the application.
from . import (  # noqa: F401
    benchmark,
    check,
    demo,
    fit,
    info,
    report,
    sample,
)
from .application import app

__all__ = ["app"]
