"""Variance from four prices, and features that know days before only."""

import numpy as np
import pytest

from utils.forecasting import volatility
from utils.forecasting.backtest import rolling_origins, run


def test_garman_klass_is_right_on_average_and_less_noisy_than_squared_returns():
    """Days of 500 small steps each: prices whose true variance is known."""
    rng = np.random.default_rng(0)
    logs = np.cumsum(0.01 / np.sqrt(500) * rng.standard_normal((1000, 500))).reshape(1000, 500)
    opening = np.concatenate([[0], logs[:-1, -1]])
    logs = np.column_stack([opening, logs])
    prices = np.exp([opening, logs.max(axis=1), logs.min(axis=1), logs[:, -1]])
    measured = volatility.garman_klass(*prices)
    # Five hundred looks a day miss a little of the range, and so a tenth of the variance.
    assert 0.85e-4 < measured.mean() < 1e-4
    squared = volatility.log_returns(prices[3])[1:] ** 2
    assert squared.mean() == pytest.approx(1e-4, rel=0.1)
    assert measured.var() < squared.var() / 5


def test_a_day_without_range_repeats_the_day_before():
    variance = volatility.garman_klass([1, 2, 3], [2, 2, 4], [1, 2, 3], [1.5, 2, 3.5])
    assert variance[1] == variance[0] > 0
    for prices, message in (
        (([2, 1], [2, 2], [2, 1], [2, 1.5]), "first day"),
        (([1], [1], [0], [1]), "must be positive"),
        (([1, 1], [2, 1], [1, 1], [1, 2]), "day 1: high is not the largest"),
    ):
        with pytest.raises(ValueError, match=message):
            volatility.garman_klass(*prices)


def test_features_know_days_before_only():
    logs, returns = np.random.default_rng(1).standard_normal((2, 60))
    z = returns / np.exp(logs / 2)

    def means(values):
        return [values[39], values[35:40].mean(), values[18:40].mean()]

    har = means(logs)
    expected = [har, har + [min(returns[39], 0)], har + means(z) + means(np.abs(z))]
    functions = [
        lambda: volatility.har_features(logs),
        lambda: volatility.har_features(logs, returns),
        lambda: volatility.news_features(logs, returns),
    ]
    before = [function() for function in functions]
    logs[40:] += 5
    returns[40:] -= 5
    for function, features, row in zip(functions, before, expected):
        assert np.isnan(features[:22]).all() and np.isfinite(features[22:]).all()
        assert features[40] == pytest.approx(row)
        assert np.array_equal(function()[:41], features[:41], equal_nan=True)


def test_ewma_by_hand():
    assert volatility.ewma(np.array([1.0, 2.0, 4.0]), 0.5) == pytest.approx([1.0, 1.0, 1.5])
    with pytest.raises(ValueError, match="decay is 1"):
        volatility.ewma(np.ones(3), 1)


def test_forecasters_agree_with_the_features():
    logs, returns = np.random.default_rng(2).standard_normal((2, 300))
    both = np.stack([logs, returns], axis=1)
    origins = rolling_origins(300, 1, 200, refit_every=None)
    for fit, series, target, features in (
        (volatility.har_forecaster(), logs, None, volatility.har_features(logs)),
        (volatility.har_forecaster(True), both, 0, volatility.har_features(logs, returns)),
        (volatility.news_forecaster(), both, 0, volatility.news_features(logs, returns)),
    ):
        columns = np.column_stack([np.ones(300), features])
        weights = np.linalg.lstsq(columns[22:200], logs[22:200], rcond=None)[0]
        forecast = run(series, origins, fit, inputs=22, target=target)
        assert forecast[:, 0] == pytest.approx(columns[200:] @ weights)
    smooth = run(logs, origins, volatility.ewma_forecaster())
    assert smooth[:, 0] == pytest.approx(np.log(volatility.ewma(np.exp(logs)))[200:])


def test_har_says_what_it_needs():
    origins = rolling_origins(100, 1, 80)
    for leverage, series, inputs, message in (
        (True, np.zeros(100), 22, "needs log variance and log return"),
        (False, np.zeros((100, 2)), 22, r"needs log variance, \(n,\)"),
        (False, np.zeros(100), 10, "inputs=22"),
    ):
        with pytest.raises(ValueError, match=message):
            run(series, origins, volatility.har_forecaster(leverage), inputs=inputs)
    with pytest.raises(ValueError, match="needs 44"):
        volatility.har_forecaster()(np.zeros(30))
