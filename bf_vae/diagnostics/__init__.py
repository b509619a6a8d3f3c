"""How close a posterior is to a reference, and whether it is calibrated."""

from .c2st import c2st
from .mmd import mmd
from .plots import plot_latent_space, plot_posterior, plot_rank_histograms

__all__ = ["c2st", "mmd", "plot_latent_space", "plot_posterior", "plot_rank_histograms"]
