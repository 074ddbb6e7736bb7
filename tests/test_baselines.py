"""Baselines: the reference values on the airline series, and what they may see."""

import numpy as np
import pytest

from utils.data.airline import load_airline
from utils.forecasting import baselines
from utils.forecasting.baselines import log_lag_forecast, naive_forecast, seasonal_naive_forecast
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


# Forecasters for the backtest


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


def test_a_linear_map_continues_a_line_that_it_never_saw():
    line = 3.0 * np.arange(40)
    forecast = fitted(baselines.direct_linear(4, 6), line, 1000 + line)
    assert forecast == pytest.approx(1000 + 3.0 * np.arange(40, 44))


def test_the_map_of_each_step_is_least_squares():
    series = np.random.default_rng(0).standard_normal(80)
    rows = np.stack([series[i : i + 7] for i in range(74)])
    reference = rows[:, 4:5]
    inputs = np.column_stack([np.ones(74), (rows[:, :5] - reference)[:, :-1]])
    weights = np.linalg.lstsq(inputs, rows[:, 5:] - reference, rcond=None)[0]
    window = series[-5:]
    expected = window[-1] + np.concatenate([[1], (window - window[-1])[:-1]]) @ weights
    assert fitted(baselines.direct_linear(2, 5), series) == pytest.approx(expected)


@pytest.mark.parametrize("direct", [False, True])
def test_an_autoregression_finds_the_rule_it_was_made_with(direct):
    series = [1.0, 2.0]
    for _ in range(60):
        series.append(1.6 * series[-1] - 0.9 * series[-2] + 1)
    forecast = fitted(baselines.autoregression(5, 2, direct=direct), series[:50])
    assert forecast == pytest.approx(series[50:55])


def test_recursive_autoregression_against_statsmodels():
    from statsmodels.tsa.ar_model import AutoReg

    series = np.cumsum(np.random.default_rng(1).standard_normal(200)) / 5
    expected = AutoReg(series, 3).fit().forecast(6)
    assert fitted(baselines.autoregression(6, 3), series) == pytest.approx(expected)


@pytest.mark.parametrize("direct", [False, True])
def test_squares_of_roots_are_right_on_average(direct):
    """Without the variance of the error added, they would be too low."""
    rng = np.random.default_rng(2)
    root = np.full(4000, 10.0)
    for step in range(1, 4000):
        root[step] = 0.8 * root[step - 1] + 2 + rng.standard_normal()
    squares = root**2
    predict = baselines.autoregression(3, 1, direct=direct, root=True)(squares)
    steps = range(0, 3990, 2)
    made = np.stack([predict(squares[step : step + 1]) for step in steps])
    true = np.stack([squares[step + 1 : step + 4] for step in steps])
    assert (made - true).mean(axis=0) == pytest.approx(np.zeros(3), abs=1.0)
    # Errors of a step, of two and of three have variances 1, 1 + .64 and 1 + .64 + .41.
    plain = baselines.autoregression(3, 1, direct=direct)(root)(root) ** 2
    assert predict(squares) - plain == pytest.approx([1, 1.64, 2.05], abs=0.12)


@pytest.mark.filterwarnings("error")
def test_exponential_smoothing_follows_trend_and_season(series):
    logs = np.log(series)
    predict = baselines.exponential_smoothing(12, 12)(logs[:120])
    assert rmse(series[120:132], np.exp(predict(logs[:120]))) < 40
    # New values are taken in without a new fit.
    assert rmse(series[132:], np.exp(predict(logs[:132]))) < 40
    flat = baselines.exponential_smoothing(3, trend=False)(logs)(logs)
    assert np.ptp(flat) == pytest.approx(0)


@pytest.mark.filterwarnings("error")
def test_arima_is_the_airline_model(series):
    """Box & Jenkins' own: moving-average coefficients near -0.4 and -0.6 (statsmodels' sign)."""
    logs = np.log(series)
    predict = baselines.arima(12, (0, 1, 1), (0, 1, 1, 12))(logs[:132])
    assert rmse(series[132:], np.exp(predict(logs[:132]))) < 25
    again = baselines.arima(12, (0, 1, 1), (0, 1, 1, 12))(logs[:132])
    assert np.array_equal(predict(logs[:132]), again(logs[:132]))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: baselines.naive(0), "steps is 0"),
        (lambda: baselines.seasonal_naive(3, 0), "season is 0"),
        (lambda: baselines.direct_linear(3, 1), "length is 1"),
        (lambda: baselines.autoregression(1, 0), "order is 0"),
        (lambda: baselines.direct_linear(3, 5)(np.arange(7.0)), "train has 7 steps"),
        (lambda: baselines.naive(1)(np.zeros((9, 2))), r"train has shape \(9, 2\)"),
        (lambda: baselines.autoregression(1, 1, root=True)(-np.arange(9.0)), "negative values"),
        (lambda: baselines.exponential_smoothing(1, 12)(np.arange(9.0)), "needs 26"),
        (lambda: baselines.arima(1, (1, 0, 0))(np.arange(9.0)), "needs 10"),
    ],
)
def test_forecasters_say_what_they_need(make, message):
    with pytest.raises(ValueError, match=message):
        make()
