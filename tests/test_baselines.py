"""Baselines: the reference values on the airline series, and what they may see."""

import numpy as np
import pytest

from utils.baselines import log_lag_forecast, naive_forecast, seasonal_naive_forecast
from utils.data.airline import load_airline
from utils.metrics import rmse

TRAIN = 96  # 67 % of 144


@pytest.fixture(scope="module")
def series():
    return load_airline().to_numpy()


def test_airline_series_is_series_g(series):
    table = load_airline()
    assert len(series) == 144
    assert (series[0], series[-1], series.max()) == (112, 432, 622)
    assert table.index[0].strftime("%Y-%m") == "1949-01"
    assert table.index[-1].strftime("%Y-%m") == "1960-12"


@pytest.mark.parametrize(("skip_last", "month", "year"), [(1, 48.7, 42.1), (0, 49.0, 42.4)])
def test_reference_values_of_the_naive_forecasts(series, skip_last, month, year):
    """46 targets: the last 46 months, and those of the tutorial, which end one month early."""
    series = series[: len(series) - skip_last]
    truth = series[-46:]
    assert rmse(truth, naive_forecast(series, 46)) == pytest.approx(month, rel=0.01)
    assert rmse(truth, seasonal_naive_forecast(series, 46, 12)) == pytest.approx(year, rel=0.01)


def test_reference_value_of_the_regression(series):
    forecast, coefficients = log_lag_forecast(series, 46, train=TRAIN)
    assert rmse(series[-46:], forecast) == pytest.approx(14.3, rel=0.01)
    assert coefficients.shape == (4,)


def test_forecasts_do_not_see_the_targets_future(series):
    """Changing a value changes no forecast at or before it."""
    changed = series.copy()
    changed[120] *= 2
    for forecast in (
        lambda s: naive_forecast(s, 46),
        lambda s: seasonal_naive_forecast(s, 46, 12),
        lambda s: log_lag_forecast(s, 46, train=TRAIN)[0],
    ):
        before, after = forecast(series), forecast(changed)
        first = 120 - (144 - 46)
        assert np.array_equal(before[: first + 1], after[: first + 1])
        assert not np.array_equal(before, after)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda s: naive_forecast(s, 144), "targets is 144"),
        (lambda s: seasonal_naive_forecast(s, 10, 0), "season is 0"),
        (lambda s: log_lag_forecast(-s, 46, train=TRAIN), "not positive"),
        (lambda s: log_lag_forecast(s, 46, train=120), "where the targets begin"),
        (lambda s: log_lag_forecast(s, 46, train=13), "above the longest lag"),
    ],
)
def test_bad_input_is_named(series, call, message):
    with pytest.raises(ValueError, match=message):
        call(series)
