"""Baselines against values by hand, their own rule, or statsmodels."""

import numpy as np
import pytest

from utils.forecasting import baselines


def fitted(fit, train, history=None):
    return fit(np.asarray(train, dtype=float))(np.asarray(train if history is None else history))


def test_simple_forecasters_by_hand():
    line = [1.0, 2, 4, 7]
    assert fitted(baselines.naive(3), line).tolist() == [7, 7, 7]
    assert fitted(baselines.seasonal_naive(5, 2), line).tolist() == [4, 7, 4, 7, 4]
    assert fitted(baselines.drift(3), line).tolist() == [9, 11, 13]
    # Over a season of two the changes are 3 and 5: 4 on average.
    drifting = fitted(baselines.seasonal_naive(5, 2, drift=True), line)
    assert drifting.tolist() == [8, 11, 12, 15, 16]
    assert fitted(baselines.drift(2), line, [*line, 20.0]).tolist() == [22, 24]


def test_a_linear_map_continues_a_line_outside_the_training_range():
    line = 3.0 * np.arange(40)
    forecast = fitted(baselines.direct_linear(4, 6), line, 1000 + line)
    assert forecast == pytest.approx(1000 + 3.0 * np.arange(40, 44))


@pytest.mark.parametrize("direct", [False, True])
def test_an_autoregression_finds_the_rule_it_was_made_with(direct):
    series = [1.0, 2.0]
    for _ in range(60):
        series.append(1.6 * series[-1] - 0.9 * series[-2] + 1)
    forecast = fitted(baselines.autoregression(5, 2, direct=direct), series[:50])
    assert forecast == pytest.approx(series[50:55])


@pytest.mark.parametrize("direct", [False, True])
def test_squares_of_roots_are_right_on_average(direct):
    """Without the variance of the error added, they would be too low."""
    rng = np.random.default_rng(2)
    root = np.full(4000, 10.0)
    for step in range(1, 4000):
        root[step] = 0.8 * root[step - 1] + 2 + rng.standard_normal()
    squares = baselines.autoregression(3, 1, direct=direct, sqrt_transform=True)
    plain = baselines.autoregression(3, 1, direct=direct)
    # Errors of one, two and three steps have variances 1, 1 + .64 and 1 + .64 + .41.
    added = fitted(squares, root**2) - fitted(plain, root) ** 2
    assert added == pytest.approx([1, 1.64, 2.05], abs=0.12)


STEP = np.arange(132.0)
TREND, SEASON = 100 + STEP, np.sin(STEP * np.pi / 6)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("fit", "series", "tolerance"),
    [
        (baselines.exponential_smoothing(12, 12), TREND + 10 * SEASON, 1),
        (baselines.exponential_smoothing(12, 12, multiplicative=True), TREND * (1 + SEASON / 5), 2),
        (baselines.exponential_smoothing(12, trend=False), 7 + 0 * TREND, 0.1),
        (baselines.theta(12, 12), TREND * (1 + SEASON / 5), 10),  # half of the slope
        (baselines.theta(12), TREND, 7),
        (baselines.arima(12, (1, 1, 0)), TREND, 1),
        (baselines.arima(12, (1, 1, 0), log=True), np.exp(TREND / 50), 1),
    ],
)
def test_trends_and_seasons_are_continued(fit, series, tolerance):
    """Estimated on 85 steps, forecast from 115: not a whole number of seasons later."""
    noisy = series + 1e-3 * np.random.default_rng(0).standard_normal(132)
    assert fitted(fit, noisy[:85], noisy[:115]) == pytest.approx(series[115:127], abs=tolerance)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: baselines.naive(0), "steps is 0"),
        (lambda: baselines.seasonal_naive(3, 0), "season is 0"),
        (lambda: baselines.direct_linear(3, 1), "length is 1"),
        (lambda: baselines.autoregression(1, 0), "order is 0"),
        (lambda: baselines.direct_linear(3, 5)(np.arange(7.0)), "train has 7 steps"),
        (lambda: baselines.naive(1)(np.zeros((9, 2))), r"train has shape \(9, 2\)"),
        (
            lambda: baselines.autoregression(1, 1, sqrt_transform=True)(-np.arange(9.0)),
            "negative values",
        ),
        (lambda: baselines.exponential_smoothing(1, 12)(np.arange(9.0)), "needs 26"),
        (lambda: baselines.theta(1, 12)(np.arange(9.0)), "needs 26"),
        (lambda: baselines.arima(1, (1, 0, 0), log=True)(np.arange(12.0)), "not positive"),
    ],
)
def test_forecasters_say_what_they_need(make, message):
    with pytest.raises(ValueError, match=message):
        make()
