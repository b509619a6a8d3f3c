import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from bf_vae.diagnostics import (
    coverage,
    ecdf_bands,
    plot_coverage,
    plot_latent_space,
    plot_latent_use,
    plot_posterior,
    plot_posterior_predictive,
    plot_rank_ecdf,
    plot_rank_histograms,
    plot_training,
    plot_z_score_contraction,
    posterior_predictive,
    z_score_contraction,
)

RNG = np.random.default_rng(0)


def test_marginals_count_draws_out_of_view():
    reference = RNG.normal(size=(1000, 1))
    samples = np.where(np.arange(1000)[:, np.newaxis] < 250, reference, 1e3)
    (axis,) = plot_posterior(samples, reference).axes
    bars, outline = axis.patches[:59], axis.patches[59]
    width = bars[0].get_width()
    assert sum(bar.get_height() for bar in bars) * width == pytest.approx(1.0)
    # The outline's corners come in pairs of equal height, one pair a bin.
    heights = outline.get_xy()[1:-1:2, 1]
    assert heights.sum() * width == pytest.approx(0.25, rel=0.01)


@pytest.mark.filterwarnings("error")
def test_no_draw_in_view():
    reference = RNG.normal(size=(100, 2))
    plot_posterior(reference + 1e3, reference)


GOOD = np.zeros((50, 2))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"samples": np.zeros((4, 50, 2))}, r"\(n, d\) .* got \(4, 50, 2\)\. Take one data set's"),
        ({"samples": np.zeros(50)}, r"posterior sample needs shape \(n, d\) .* got \(50,\)"),
        ({"samples": np.full((50, 2), np.nan)}, "posterior sample holds NaN .* 50 of 50 rows"),
        ({"reference": np.zeros((50, 3))}, "sample and the reference have 2 and 3 dimensions"),
        ({"reference": np.zeros(50)}, r"reference needs shape \(n, d\) .* got \(50,\)"),
        ({"truth": [0.0]}, r"True parameters need shape \(2,\) .* got \(1,\)"),
        ({"truth": np.zeros((1, 2))}, r"True parameters need shape \(2,\) .* got \(1, 2\)"),
        ({"support": ([0, 0], [1, 1, 1])}, r"Upper bounds need shape \(2,\) .* got \(3,\)"),
        ({"support": ([0], 1)}, r"Lower bounds need shape \(2,\) .* got \(1,\)"),
        ({"truth": [0, np.nan]}, "True parameters hold NaN or infinity in 1 of 2 parameters"),
        ({"labels": "ours"}, "labels= takes two names, of samples and reference, got 'ours'"),
        ({"labels": ("ours",)}, "labels= takes two names"),
        ({"names": ["a", "a"]}, "names of parameters must differ"),
        ({"support": ([0, 0],)}, r"support= takes \(lower, upper\), got 1 bounds"),
        ({"names": ["a"]}, "1 names were given for 2 parameters"),
    ],
)
def test_bad_arguments_of_a_posterior_give_no_figure(arguments, message):
    with pytest.raises(ValueError, match=message):
        plot_posterior(**{"samples": GOOD, **arguments})
    assert not plt.get_fignums()


def test_a_dictionary_of_draws_has_no_picture():
    with pytest.raises(TypeError, match="posterior sample must be an array, got a dictionary"):
        plot_posterior({"parameters": GOOD})


@pytest.mark.filterwarnings("error")
def test_marks_of_a_posterior():
    samples = RNG.normal(size=(100, 2))
    axis = plot_posterior(samples, support=(-1, 2)).axes[0]
    assert [line.get_xdata()[0] for line in axis.lines] == [-1, 2]
    axis = plot_posterior(
        samples, truth=[0.1, 0.2], support=np.array([[-1, -2], [1, np.inf]])
    ).axes[0]
    assert [line.get_xdata()[0] for line in axis.lines] == [0.1, -1, 1]


@pytest.mark.filterwarnings("error")
def test_rank_curves_leave_the_band_where_the_posterior_is_wrong(posteriors):
    for kind, is_inside in (("exact", True), ("too narrow", False), ("too wide", False)):
        figure = plot_rank_ecdf(posteriors.draw(kind), posteriors.truths, names=["a", "b"])
        assert [axis.get_title() for axis in figure.axes] == ["a", "b"]
        for axis in figure.axes:
            curve = axis.lines[1].get_ydata()
            _, low, high = ecdf_bands(len(posteriors.truths))
            diagonal = axis.lines[1].get_xdata()
            assert ((curve >= low - diagonal) & (curve <= high - diagonal)).all() == is_inside


@pytest.mark.filterwarnings("error")
def test_every_plot_shows_its_numbers(posteriors):
    draws, truths = posteriors.draw("exact"), posteriors.truths
    table = coverage(draws, truths, names=["a", "b"])
    lines = plot_coverage(table, len(truths)).axes[0].lines
    np.testing.assert_array_equal(lines[2].get_ydata(), table["b"])

    table = z_score_contraction(draws, truths, names=["a", "b"])
    axis = plot_z_score_contraction(table).axes[1]
    rows = table[table["parameter"] == "b"]
    np.testing.assert_array_equal(axis.lines[0].get_xydata(), rows[["contraction", "z_score"]])

    heights = [p.get_height() for p in plot_rank_histograms(draws, truths).axes[0].patches[1:]]
    assert sum(heights) == len(truths)

    table = posterior_predictive(RNG.normal(size=(100, 4)), np.arange(4))
    for axis in (
        plot_posterior_predictive(table).axes[0],
        plot_posterior_predictive(table, x=[0, 2, 4, 8], xlabel="day").axes[0],
    ):
        observed = next(line for line in axis.lines if line.get_label() == "observed")
        np.testing.assert_array_equal(observed.get_ydata(), np.arange(4))
    table = posterior_predictive(
        RNG.normal(size=(100, 4)), np.arange(4), levels=(0.2, 0.5, 0.8, 0.95)
    )
    _, labels = plot_posterior_predictive(table).axes[0].get_legend_handles_labels()
    assert sum("% of predictions" in label for label in labels) == 4


def losses(n):
    names = ("Loss", "Reconstruction", "KL")
    return pd.DataFrame({name: np.linspace(3, 1, n) for name in names})


@pytest.mark.filterwarnings("error")
def test_training_curves():
    history = {"train_losses": losses(40), "val_losses": losses(10)}
    history["val_losses"].loc[6, "Loss"] = 0.5
    figure = plot_training(history)
    assert [axis.get_title() for axis in figure.axes] == ["Loss", "Reconstruction", "KL"]
    training, validation, best = figure.axes[0].lines
    assert training.get_ydata()[0] == pytest.approx(losses(40)["Loss"][:4].mean())
    np.testing.assert_array_equal(validation.get_ydata(), history["val_losses"]["Loss"])
    assert best.get_label() == "best epoch, 7"
    assert len(plot_training(losses(40)).axes[0].lines) == 1
    # In rounds, epochs grow longer.
    grown = losses(40)
    grown.attrs["iterations"] = [2] * 5 + [6] * 5
    drawn = plot_training({**history, "train_losses": grown}).axes[0].lines[0].get_ydata()
    assert drawn[[0, 9]] == pytest.approx([grown["Loss"][:2].mean(), grown["Loss"][34:].mean()])
    with pytest.raises(ValueError, match="has a column 'Loss' and rows"):
        plot_training(pd.DataFrame({"KL": [1.0]}))


@pytest.mark.filterwarnings("error")
def test_latents_that_vary_most_over_their_prior():
    z, z_prior = RNG.normal(size=(2, 50, 3)) * [1.0, 9.0, 5.0]
    (axis,) = plot_latent_space(z, z_prior).axes
    for line, draws in zip(axis.lines, (z_prior, z), strict=True):
        np.testing.assert_array_equal(line.get_xydata(), draws[:, [1, 2]])
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("z_2", "z_3")
    assert plot_latent_space(z[:, :1], z_prior[:, :1]).axes[0].get_ylabel() == "z_1"


@pytest.mark.parametrize(
    ("z", "z_prior", "message"),
    [
        (np.zeros((2, 50, 3)), np.zeros((50, 3)), r"encoder sample needs shape \(n, d\)"),
        (np.zeros((50, 3)), np.zeros((50, 2)), "3 and 2 dimensions"),
        (np.zeros((50, 3)), np.zeros((40, 3)), "50 encoder draws and 40 of the prior"),
        (np.full((50, 3), np.nan), np.zeros((50, 3)), "encoder sample holds NaN"),
    ],
)
def test_bad_latents_give_no_figure(z, z_prior, message):
    with pytest.raises(ValueError, match=message):
        plot_latent_space(z, z_prior)
    assert not plt.get_fignums()


def test_latent_use_bars():
    table = pd.DataFrame(
        {
            "member": [1, 1, 1, 2, 2, 2],
            "dimension": [1, 2, 3] * 2,
            "kl": [0.5, 1.5, 0.001, 2.0, 0.1, 0.2],
            "used": [True, True, False, True, True, True],
        }
    )
    first, second = plot_latent_use(table).axes
    assert [bar.get_height() for bar in first.patches] == [1.5, 0.5, 0.001]
    assert [label.get_text() for label in second.get_xticklabels()] == ["z_1", "z_3", "z_2"]
    colors = {bar.get_facecolor() for bar in first.patches}
    assert len(colors) == 2
