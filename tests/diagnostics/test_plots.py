import matplotlib.pyplot as plt
import numpy as np
import pytest

from bf_vae.diagnostics import plot_posterior

RNG = np.random.default_rng(0)


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


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
