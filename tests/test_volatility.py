"""Variance from four prices, and features that know days before only."""

import numpy as np
import pytest

from utils.forecasting import volatility
from utils.forecasting.backtest import rolling_origins, run


@pytest.fixture(scope="module")
def walk():
    """Days of 500 small steps each: prices whose true variance is known."""
    rng = np.random.default_rng(0)
    sigma = 0.01
    steps = sigma / np.sqrt(500) * rng.standard_normal((2000, 500))
    logs = np.cumsum(steps.ravel()).reshape(steps.shape)
    logs = np.concatenate([np.concatenate([[0], logs[:-1, -1]])[:, None], logs], axis=1)
    prices = 100 * np.exp(logs)
    return prices[:, 0], prices.max(axis=1), prices.min(axis=1), prices[:, -1], sigma**2


def test_garman_klass_is_right_on_average_and_less_noisy_than_squared_returns(walk):
    *prices, variance = walk
    measured = volatility.garman_klass(*prices)
    # Five hundred looks a day miss a little of the range, and so a tenth of the variance.
    assert 0.85 * variance < measured.mean() < variance
    squared = volatility.log_returns(prices[3])[1:] ** 2
    assert squared.mean() == pytest.approx(variance, rel=0.1)
    assert measured.var() < squared.var() / 5


def test_a_day_without_range_repeats_the_day_before():
    variance = volatility.garman_klass([1, 2, 3], [2, 2, 4], [1, 2, 3], [1.5, 2, 3.5])
    assert variance[1] == variance[0] > 0
    with pytest.raises(ValueError, match="first day"):
        volatility.garman_klass([2, 1], [2, 2], [2, 1], [2, 1.5])


@pytest.mark.parametrize(
    ("prices", "message"),
    [
        (([1], [1], [0], [1]), "must be positive"),
        (([1, 1], [2, 1], [1, 1], [1, 2]), "day 1: high is not the largest"),
    ],
)
def test_prices_that_cannot_be(prices, message):
    with pytest.raises(ValueError, match=message):
        volatility.garman_klass(*prices)


def test_features_know_days_before_only():
    rng = np.random.default_rng(1)
    logs, returns = rng.standard_normal((2, 60))
    features = volatility.har_features(logs, returns)
    assert np.isnan(features[:22]).all() and np.isfinite(features[22:]).all()
    day = 40
    assert features[day] == pytest.approx(
        [logs[39], logs[35:40].mean(), logs[18:40].mean(), min(returns[39], 0)]
    )
    logs[day:] += 5
    returns[day:] -= 5
    again = volatility.har_features(logs, returns)
    assert np.array_equal(again[: day + 1], features[: day + 1], equal_nan=True)


def test_ewma_by_hand():
    assert volatility.ewma(np.array([1.0, 2.0, 4.0]), 0.5) == pytest.approx([1.0, 1.0, 1.5])
    with pytest.raises(ValueError, match="decay is 1"):
        volatility.ewma(np.ones(3), 1)


def test_forecasters_agree_with_the_features():
    rng = np.random.default_rng(2)
    logs, returns = rng.standard_normal((2, 300))
    origins = rolling_origins(300, 1, 200, refit_every=None)
    both = np.stack([logs, returns], axis=1)
    for leverage, series, options in ((False, logs, {}), (True, both, {"target": 0})):
        forecast = run(series, origins, volatility.har_forecaster(leverage), inputs=22, **options)
        features = volatility.har_features(logs, returns if leverage else None)
        columns = np.column_stack([np.ones(300), features])
        weights = np.linalg.lstsq(columns[22:200], logs[22:200], rcond=None)[0]
        assert forecast[:, 0] == pytest.approx(columns[200:] @ weights)
    smooth = run(logs, origins, volatility.ewma_forecaster())
    assert smooth[:, 0] == pytest.approx(np.log(volatility.ewma(np.exp(logs)))[200:])


def test_har_says_what_it_needs():
    origins = rolling_origins(100, 1, 80)
    with pytest.raises(ValueError, match="it needs log variance and log return"):
        run(np.zeros(100), origins, volatility.har_forecaster(True), inputs=22)
    with pytest.raises(ValueError, match="inputs=22"):
        run(np.zeros(100), origins, volatility.har_forecaster(), inputs=10)
    with pytest.raises(ValueError, match="HAR needs 44"):
        run(np.zeros(100), rolling_origins(100, 1, 30), volatility.har_forecaster(), inputs=22)
