"""How close a posterior is to a reference, and whether it is calibrated.

Statistics and pictures are apart: a function gives numbers or a table, and ``plot_*`` a figure.
"""

from .c2st import c2st
from .calibration_table import calibration_table
from .coverage import coverage
from .distance_table import distance_table
from .ecdf_bands import ecdf_bands, uniformity_p_value
from .fractional_ranks import fractional_ranks
from .highest_density_coverage import highest_density_coverage
from .latent_use import latent_use
from .learned_information import learned_information
from .mmd import mmd
from .mmd_sbibm import mmd_sbibm
from .plot_coverage import plot_coverage
from .plot_latent_space import plot_latent_space
from .plot_latent_use import plot_latent_use
from .plot_posterior import plot_posterior
from .plot_posterior_predictive import plot_posterior_predictive
from .plot_rank_ecdf import plot_rank_ecdf
from .plot_rank_histograms import plot_rank_histograms
from .plot_training import plot_training
from .plot_z_score_contraction import plot_z_score_contraction
from .posterior_predictive import posterior_predictive
from .tarp import tarp_coverage, tarp_ranks
from .z_score_contraction import z_score_contraction

__all__ = [
    "c2st",
    "calibration_table",
    "coverage",
    "distance_table",
    "ecdf_bands",
    "fractional_ranks",
    "highest_density_coverage",
    "latent_use",
    "learned_information",
    "mmd",
    "mmd_sbibm",
    "plot_coverage",
    "plot_latent_space",
    "plot_latent_use",
    "plot_posterior",
    "plot_posterior_predictive",
    "plot_rank_ecdf",
    "plot_rank_histograms",
    "plot_training",
    "plot_z_score_contraction",
    "posterior_predictive",
    "tarp_coverage",
    "tarp_ranks",
    "uniformity_p_value",
    "z_score_contraction",
]
