"""The command ``bf-vae``; each command in a file of its own."""

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
