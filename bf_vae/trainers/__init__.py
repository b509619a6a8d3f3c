"""Trainer: BayesFlow 1.x's interface, simulations on the device, epochs in the graph."""

from .early_stopper import EarlyStopper
from .simulation_memory import SimulationMemory
from .trainer import Trainer

__all__ = ["EarlyStopper", "SimulationMemory", "Trainer"]
