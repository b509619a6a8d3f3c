"""What is trained on: a class for each ``train_*`` method of the Trainer."""

from .offline import OfflineSimulations, hold_out
from .online import OnlineSimulations
from .presimulation import Presimulation
from .replay import ReplayedSimulations
from .resimulation import Resimulation
from .rounds import RoundSimulations

__all__ = [
    "OfflineSimulations",
    "OnlineSimulations",
    "Presimulation",
    "ReplayedSimulations",
    "Resimulation",
    "RoundSimulations",
    "hold_out",
]
