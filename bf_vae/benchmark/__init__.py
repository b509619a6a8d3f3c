"""The benchmark: methods on sbibm's tasks, a store of results, and the report made from it."""

from .cell import Cell
from .cell_runner import CellOptions, run_cell
from .store import ResultsStore
from .sweep import left, plan, sweep

__all__ = ["Cell", "CellOptions", "ResultsStore", "left", "plan", "run_cell", "sweep"]
