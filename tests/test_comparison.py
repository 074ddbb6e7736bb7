"""Intervals and tests against values by hand, and how often they err."""

import numpy as np
import pytest

from utils.forecasting.comparison import (
    bootstrap_interval,
    confidence_set,
    diebold_mariano,
    losses,
    paired_interval,
)


def overlapping(rng, n, horizon=12):
    """Differences of equal forecasts that share surprises with their neighbours."""
    return np.convolve(rng.standard_normal(n + horizon - 1), np.linspace(1, 0.2, horizon), "valid")


def test_paired_interval_by_hand():
    # Mean 2, standard error 1 / sqrt(3), Student's t with two degrees of freedom 4.303.
    assert paired_interval([1, 2, 3]) == pytest.approx(
        (2, 2 - 4.303 / 3**0.5, 2 + 4.303 / 3**0.5), abs=1e-3
    )
    with pytest.raises(ValueError, match="2 or more"):
        paired_interval([1.0])


def test_losses_by_hand():
    truth = np.array([[1.0, 2], [3, 4]])
    assert losses(truth, truth + [[1, -1], [1, -3]]).tolist() == [1, 2]
    assert losses(truth, np.stack([truth, truth + 2]), "squared").tolist() == [2, 2]
    assert losses(truth[:, 0], truth[:, 0] - 3, lambda y, f: 0.9 * (y - f)) == pytest.approx(2.7)
    for forecast, loss, message in ((truth, "mape", "'mape'"), (truth[0], "squared", "shape")):
        with pytest.raises(ValueError, match=message):
            losses(truth, forecast, loss)


@pytest.mark.parametrize("horizon", [1, 8])
def test_diebold_mariano_by_hand(horizon):
    d = np.random.default_rng(3).standard_normal(80) + 0.3
    statistic, p_value = diebold_mariano(np.zeros(80), 5 + d, np.full(80, 5), horizon=horizon)
    lags = max(horizon - 1, 5)  # the cube root of 80, rounded up
    c = d - d.mean()
    covariances = [c[k:] @ c[: 80 - k] / 80 for k in range(lags + 1)]
    variance = covariances[0] + 2 * sum(
        (1 - k / (lags + 1)) * covariances[k] for k in range(1, lags + 1)
    )
    correction = (81 - 2 * horizon + horizon * (horizon - 1) / 80) / 80
    assert statistic == pytest.approx(d.mean() / np.sqrt(variance / 80) * np.sqrt(correction))
    assert 0 < p_value < 0.1


def test_a_better_forecast_is_called_so_and_equal_ones_are_not():
    rng = np.random.default_rng(5)
    truth = np.cumsum(rng.standard_normal((150, 3)), axis=0)
    good = truth + rng.standard_normal(truth.shape)
    bad = truth + 2 * rng.standard_normal((5, *truth.shape))
    statistic, p_value = diebold_mariano(truth, good, bad, horizon=3)
    assert statistic < 0 and p_value < 0.001
    assert diebold_mariano(truth, good, good) == (0, 1)
    named = {"bad": losses(truth, bad), "good": losses(truth, good)}
    difference, low, high = bootstrap_interval(named["good"], named["bad"], block=6)
    assert low < difference < high < 0
    assert difference == pytest.approx(named["good"].mean() - named["bad"].mean())
    assert bootstrap_interval(named["bad"], named["good"], block=6) == pytest.approx(
        (-difference, -high, -low)
    )
    table = confidence_set(named | {"shuffled": rng.permutation(named["good"])}, block=6)
    assert table["in the set"].to_dict() == {"good": True, "shuffled": True, "bad": False}
    assert table["mean loss"].is_monotonic_increasing and table.loc["bad", "p-value"] < 0.05


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    """Twelve steps ahead, 109 origins: 94 % of 95 % in longer simulations."""
    rng = np.random.default_rng(6)
    _, low, high = np.transpose(
        [bootstrap_interval(overlapping(rng, 109), np.zeros(109), block=24) for _ in range(15)]
    )
    assert np.sum((low <= 0) & (0 <= high)) >= 11
    # With four blocks it has to be wider than if the variance of the mean were known.
    assert np.mean(high - low) > 2 * 1.96 * np.linspace(1, 0.2, 12).sum() / np.sqrt(109)


def test_bad_input_is_named():
    ten, twelve = np.arange(10.0), np.arange(12.0)
    for call, message in (
        (lambda: bootstrap_interval(ten, twelve, block=1), "losses_second has shape"),
        (lambda: bootstrap_interval(ten, ten, block=3), "12 or more"),
        (lambda: bootstrap_interval(ten, ten, block=0), "block is 0"),
        (lambda: bootstrap_interval(ten, ten, block=1, level=95), "level is 95"),
        (lambda: bootstrap_interval(ten, ten * np.nan, block=1), "finite"),
        (lambda: diebold_mariano(ten, ten, ten + 1, horizon=6), "12 or more"),
        (lambda: confidence_set({"a": ten}, block=1), "two or more"),
        (lambda: confidence_set({"a": ten, "b": ten}, block=1), "'b' has the same losses"),
    ):
        with pytest.raises(ValueError, match=message):
            call()
