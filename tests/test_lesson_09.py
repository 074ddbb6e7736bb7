"""Lesson 09: the windows, the coin, the roll-out, and facts that the text states."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from notebooks import namespace
from utils.data.sp500 import load_sp500


@pytest.fixture(scope="module")
def lesson():
    return namespace("09")


def test_windows_begin_at_zero_and_end_before_their_target(lesson):
    prices = np.arange(100.0, 260.0)
    inputs, targets = lesson["relative_windows"](prices)
    assert inputs.shape == (160 - 49, 49) and targets.shape == (160 - 49,)
    np.testing.assert_array_equal(inputs[:, 0], 0)
    np.testing.assert_allclose(targets, prices[49:] / prices[:-49] - 1)
    np.testing.assert_allclose(inputs[:, -1], prices[48:-1] / prices[:-49] - 1)


@pytest.mark.parametrize("stride", [1, 2, 3, 7])
def test_thinned_windows_are_a_part_of_all_and_keep_the_newest(lesson, stride):
    prices = 100 + np.random.default_rng(0).normal(size=200).cumsum()
    every, targets = lesson["relative_windows"](prices)
    some, some_targets = lesson["relative_windows"](prices, stride=stride)
    np.testing.assert_array_equal(some, every[::-1][::stride][::-1])
    np.testing.assert_array_equal(some_targets, targets[::-1][::stride][::-1])
    assert some_targets[-1] == targets[-1]


def test_coin_is_fair_and_its_steps_are_as_given(lesson):
    walk = lesson["coin_walk"](200_001, 0.01, 0.001, seed=5)
    steps = np.diff(np.log(walk))
    assert set(np.round(steps, 9)) == {0.011, -0.009}
    assert abs(np.mean(steps > 0) - 0.5) < 0.005
    assert abs(np.corrcoef(steps[1:], steps[:-1])[0, 1]) < 0.01  # yesterday says nothing
    assert not np.array_equal(walk, lesson["coin_walk"](200_001, 0.01, 0.001, seed=6))


def test_the_ruler(lesson):
    """Error over variance of the target of a window is 1/49 on a random walk."""
    windows, targets = lesson["relative_windows"](lesson["coin_walk"](300_000, 0.001, 0.0, seed=1))
    missed = np.mean((targets - windows[:, -1]) ** 2) / np.var(targets)
    assert missed == pytest.approx(1 / 49, rel=0.05)


def test_roll_out_feeds_back_and_keeps_the_shape(lesson):
    histories = np.arange(98.0).reshape(2, 49)
    rolled = lesson["roll_out"](lambda prices: prices[:, -1:] + 1, histories, 5)
    np.testing.assert_array_equal(rolled, histories[:, -1:] + np.arange(1, 6))
    np.testing.assert_array_equal(histories, np.arange(98.0).reshape(2, 49))  # not changed


def test_trend(lesson):
    np.testing.assert_array_equal(
        lesson["trend"](np.array([0.05, 0.02, 0.0, -0.02, -0.021])), [1, 0, 0, 0, -1]
    )


def test_the_network_is_the_well_known_one(lesson):
    model = lesson["build_model"]()
    assert [layer.units for layer in model.layers] == [50, 100, 1]
    assert model.input_shape == (None, 49, 1)
    assert model.count_params() == 10_400 + 60_400 + 101


def test_figures_of_the_text():
    closes = load_sp500()["close"].to_numpy()
    assert closes.max() > 2900 and closes[: len(closes) - 300].max() < 2900
    low, high = binomtest(374, 748).proportion_ci(method="wilson")
    assert 0.53 < high < 0.54  # "53 % is nothing special even for a coin"
    change = closes[50:4283] / closes[: 4283 - 50] - 1
    assert 0.45 < np.mean(change > 0.02) < 0.55  # always up, in the part that was learnt from
