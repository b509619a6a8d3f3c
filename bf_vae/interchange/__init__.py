"""Models, simulations and posterior draws as files, and as what other packages read."""

from .arviz_data import to_arviz
from .draws_frame import draws_to_frame
from .model_card import ModelCard
from .model_file import load_model, read_card, save_model
from .observation_file import read_observations
from .simulation_file import read_simulations
from .simulations import Simulations
from .training_record import training_record

__all__ = [
    "ModelCard",
    "Simulations",
    "draws_to_frame",
    "load_model",
    "read_card",
    "read_observations",
    "read_simulations",
    "save_model",
    "to_arviz",
    "training_record",
]
