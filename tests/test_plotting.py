"""Figures are drawn from what they are given, and refuse what does not fit."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from utils import diagrams, plotting


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_forecast_draws_truth_baseline_and_history():
    figure = plotting.plot_forecasts(
        range(5, 10),
        np.arange(5),
        {"naive": np.zeros(5), "LSTM": np.ones(5)},
        unit="thousands",
        history=(range(5), np.arange(5)),
    )
    axes = figure.axes[0]
    assert [line.get_label() for line in axes.lines[1:]] == ["truth", "naive", "LSTM"]
    assert axes.get_ylabel() == "thousands"


def test_heatmaps_share_one_time_axis():
    figure = plotting.plot_heatmaps(
        {"gate": np.random.default_rng(0).random((3, 4)), "cell": -np.ones((2, 4))},
        text=list("ab\n "),
    )
    images = [axes.images[0] for axes in figure.axes if axes.images]
    assert images[0].get_clim() == (0, 1)
    assert images[1].get_clim() == (-1, 1)
    labels = [t.get_text() for t in figure.axes[1].get_xticklabels()]
    assert labels == ["a", "b", "↵", "␣"]


def test_attention_rows_are_what_is_written():
    axes = plotting.plot_attention(np.eye(3, 4), source=list("abcd"), target=list("xyz"))
    assert [t.get_text() for t in axes.get_xticklabels()] == list("abcd")
    assert [t.get_text() for t in axes.get_yticklabels()] == list("xyz")


def test_samples():
    figure = plotting.plot_images(np.zeros((2, 3, 8, 8)), titles="abc", row_labels=["in", "out"])
    assert len(figure.axes) == 6


def test_use_style_is_applied():
    plotting.use_style()
    assert plt.rcParams["axes.spines.top"] is False


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plotting.show(plt.figure(), "a plot"), "describe in a sentence"),
        (
            lambda: plotting.plot_forecasts([1], np.ones(1), {"x": np.ones(2)}, unit="u"),
            "'x' has 2 values and truth 1",
        ),
        (
            lambda: plotting.plot_heatmaps({"a": np.ones((1, 2)), "b": np.ones((1, 3))}),
            "share one time axis",
        ),
        (lambda: plotting.plot_heatmaps({"a": np.ones((1, 2))}, text="abc"), "3 labels for 2"),
        (lambda: plotting.plot_attention(np.ones((2, 2)), "ab", "abc"), r"must be \(3, 2\)"),
        (lambda: plotting.plot_images(np.ones((2, 2))), "must be"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_only_the_lit_parts_of_the_cell_have_their_colour():
    figure = diagrams.draw_cell("f")
    colours = {text.get_text(): text.get_color() for text in figure.axes[0].texts}
    assert colours["$f_t$"] == diagrams.PART_COLOURS["f"]
    assert colours["$o_t$"] != diagrams.PART_COLOURS["o"]
    with pytest.raises(ValueError, match="'x'"):
        diagrams.draw_cell("fx")


def test_chains_name_their_inputs_and_outputs():
    for figure in (
        diagrams.draw_unrolled("abc", "xyz", backward=True),
        diagrams.draw_encoder_decoder("abc", "xyz", attention=True),
    ):
        texts = {text.get_text() for text in figure.axes[0].texts}
        assert set("abcxyz") <= texts
    with pytest.raises(ValueError):
        diagrams.draw_unrolled("ab", "x")
