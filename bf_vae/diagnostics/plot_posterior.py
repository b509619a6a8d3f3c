"""Marginals and pairs of a posterior."""

import matplotlib.pyplot as plt
import numpy as np

from .arguments import check_finite, fitting_array
from .draws import parameter_names
from .panels import OTHER, OURS
from .samples import one_sample, two_samples


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
    TypeError
        For a dictionary of draws.
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
