"""Pictures of posteriors and of training; each function takes samples and returns a figure."""

import matplotlib.pyplot as plt
import numpy as np
from scipy import stats

from .arguments import check_finite, check_probabilities, fitting_array
from .draws import parameter_names
from .fractional_ranks import fractional_ranks
from .panels import panels
from .samples import one_sample, two_samples

OURS, OTHER = "#132a70", "#b0b0b0"


def plot_posterior(samples, reference=None, truth=None, support=None, names=None, labels=None):
    """Marginals and pairs of a posterior, beside a reference.

    Parameters
    ----------
    samples : np.ndarray of shape (n, d)
        Draws for one data set.
    reference : np.ndarray of shape (m, d), optional
        Draws of the true posterior; above the diagonal, and grey in the marginals.
    truth : array-like of shape (d,), optional
        True parameters, marked by crosses and lines.
    support : (lower, upper), optional
        Bounds of the prior, numbers or arrays of shape (d,); dashed where finite and in view.
    names : list of str, optional
        Names of the parameters.
    labels : (str, str), optional
        Legend for samples and reference; the second is not shown without a reference.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If the shapes or the number of names or labels do not fit, or for NaN or infinity.
    """
    if reference is None:
        samples = one_sample(samples, "posterior sample")
    else:
        samples, reference = two_samples(samples, reference, ("posterior sample", "reference"))
    d = samples.shape[1]
    if truth is not None:
        truth = fitting_array(truth, "True parameters", (d,), samples)
        check_finite(truth, "True parameters hold", "parameters")
    support = _bounds(support, samples)
    names = parameter_names(names, d)
    labels = ("samples", "reference posterior") if labels is None else labels
    if isinstance(labels, str) or len(labels) != 2:
        raise ValueError(f"labels= takes two names, of samples and reference, got {labels!r}.")
    limits = _limits(samples if reference is None else reference)
    side = min(12.0, 2.4 * d + 1.0)
    figure, axes = plt.subplots(d, d, figsize=(side, side), squeeze=False, layout="constrained")
    for i in range(d):
        for j in range(d):
            axis = axes[i, j]
            if i == j:
                _marginal(axis, i, samples, reference, labels, limits)
            else:
                source, color = (
                    (reference, OTHER) if j > i and reference is not None else (samples, OURS)
                )
                _pair(axis, source[:, j], source[:, i], color)
            _mark(axis, i, j, truth, support)
            # Last: marks that lie out of view must not widen it.
            axis.set_xlim(limits[j])
            if i != j:
                axis.set_ylim(limits[i])
            axis.tick_params(labelsize=7, labelbottom=i == d - 1, labelleft=j == 0 and i > 0)
            if i == d - 1:
                axis.set_xlabel(names[j])
            if j == 0 and i > 0:
                axis.set_ylabel(names[i])
    handles, texts = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, texts, loc="outside upper center", ncols=3, frameon=False)
    return figure


def plot_rank_histograms(draws, truths, names=None, num_bins=None, level=0.99):
    """Simulation-based calibration: histograms of the truths' ranks among posterior draws.

    Calibrated posteriors give uniform ranks, inside the grey band. A hill says that posteriors are
    too wide, a valley that they are too narrow, a slope that they are biased.

    Parameters
    ----------
    draws : np.ndarray of shape (n, num_draws, d)
    truths : np.ndarray of shape (n, d)
    names : list of str, optional
    num_bins : int, optional
        Default: so that a bin expects about 20 ranks, 5 to 20 bins.
    level : float, optional, default: 0.99
        Share of uniform histograms' bars that lie inside the band.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If the shapes do not fit, for NaN or infinity, or a level outside of (0, 1).

    References
    ----------
    Talts et al. (2018), Validating Bayesian inference algorithms with simulation-based calibration.
    """
    check_probabilities(level, "level")
    ranks = fractional_ranks(draws, truths)
    n, d = ranks.shape
    num_bins = num_bins or int(np.clip(n // 20, 5, 20))
    band = stats.binom(n, 1 / num_bins).interval(level)
    figure, axes = panels(parameter_names(names, d))
    for i, axis in enumerate(axes):
        axis.axhspan(*band, color=OTHER, alpha=0.4, lw=0)
        axis.hist(ranks[:, i], bins=num_bins, range=(0, 1), color=OURS, alpha=0.8)
        axis.set_xlabel("fractional rank", fontsize=8)
    return figure


def plot_latent_space(z, z_prior):
    """The two latents that vary most: encoder draws over draws of their prior.

    Parameters
    ----------
    z, z_prior : np.ndarray of shape (n, latent_dim)
        ``z ~ q(z | theta, y)`` and ``z ~ p(z | y)`` (or ``p(z)``), for the same simulations.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If the shapes differ or are not two-dimensional, or for NaN or infinity.
    """
    z, z_prior = two_samples(z, z_prior, ("encoder sample", "prior sample"))
    if len(z) != len(z_prior):
        raise ValueError(f"{len(z)} encoder draws and {len(z_prior)} of the prior: give as many.")
    most = np.argsort(-np.var(z, axis=0))[:2]
    pair = np.resize(most, 2)
    figure, axis = plt.subplots(figsize=(4.5, 4.5), layout="constrained")
    axis.plot(*z_prior[:, pair].T, ".", ms=3, color=OTHER, label="prior p(z | y)")
    axis.plot(*z[:, pair].T, ".", ms=3, color=OURS, alpha=0.6, label="encoder q(z | theta, y)")
    axis.set_xlabel(f"z_{pair[0] + 1}")
    axis.set_ylabel(f"z_{pair[1] + 1}")
    axis.legend(frameon=False)
    return figure


def _bounds(support, samples):
    if support is None:
        return ()
    if len(support) != 2:
        raise ValueError(f"support= takes (lower, upper), got {len(support)} bounds.")
    names, shape = ("Lower bounds", "Upper bounds"), samples.shape[1:]
    support = [np.full(shape, bound) if np.ndim(bound) == 0 else bound for bound in support]
    return [fitting_array(b, n, shape, samples) for b, n in zip(support, names, strict=True)]


def _limits(samples):
    low, high = np.quantile(samples, [0.0005, 0.9995], axis=0)
    margin = 0.15 * np.maximum(high - low, 1e-6)
    return np.stack([low - margin, high + margin], axis=1)


def _marginal(axis, i, samples, reference, labels, limits):
    bins = np.linspace(*limits[i], 60)
    filled, outlined = {"color": OTHER}, {"histtype": "step", "color": OURS, "lw": 1.5}
    for values, label, style in ((reference, labels[1], filled), (samples, labels[0], outlined)):
        if values is not None:
            # Not density=True, which leaves out the draws that are out of view.
            weights = np.full(len(values), 1 / (len(values) * (bins[1] - bins[0])))
            axis.hist(values[:, i], bins, weights=weights, label=label, **style)
    axis.set_yticks([])


def _pair(axis, x, y, color):
    step = max(1, len(x) // 5000)
    axis.plot(x[::step], y[::step], ".", ms=1.5, alpha=0.4, color=color, rasterized=True)


def _mark(axis, i, j, truth, support):
    if truth is not None and i == j:
        axis.axvline(truth[i], color="crimson", lw=1, label="true parameters" if i == 0 else None)
    elif truth is not None:
        axis.plot(truth[j], truth[i], "x", color="crimson", ms=7, mew=1.5)
    for bound in support:
        if np.isfinite(bound[j]):
            axis.axvline(bound[j], color="black", lw=0.8, ls="--")
        if i != j and np.isfinite(bound[i]):
            axis.axhline(bound[i], color="black", lw=0.8, ls="--")
