"""Tables and figures made from a results store."""

from .report import write_report

__all__ = ["write_report"]
