"""Forecasts that a network has to beat: from "the same again" to seasonal ARIMA.

Series are ``(n,)``, oldest first. Functions called ``..._forecast`` give one-step forecasts of the
last part of a series from the true history up to the step before. The others make forecasters
for ``utils.forecasting.backtest``, which decides what they learn from and when.
"""

from __future__ import annotations

import warnings

import numpy as np
from sklearn.linear_model import LinearRegression

from utils.forecasting.backtest import Fit, Predict
from utils.forecasting.windows import sliding_windows


def naive_forecast(series: np.ndarray, targets: int) -> np.ndarray:
    """The last value again, for each of the last ``targets`` steps. Shape ``(targets,)``."""
    return seasonal_naive_forecast(series, targets, season=1)


def seasonal_naive_forecast(series: np.ndarray, targets: int, season: int) -> np.ndarray:
    """The value of one season ago, for each of the last ``targets`` steps.

    Parameters
    ----------
    series
        Shape ``(n,)``: history and targets together.
    targets
        How many steps at the end are forecast, each from the true values before it.
    season
        Steps in a season: 12 for months of a year, 1 for "the same as last time".

    Returns
    -------
    np.ndarray
        Shape ``(targets,)``, in the unit of the series.
    """
    series = np.asarray(series, dtype=float)
    if season < 1:
        raise ValueError(f"season is {season}; it must be 1 or more.")
    if targets < 1 or targets + season > len(series):
        raise ValueError(
            f"targets is {targets}; with season {season} it must be from 1 to "
            f"{len(series) - season}, so that every target has a value to repeat."
        )
    start = len(series) - targets
    return series[start - season : len(series) - season]


def log_lag_forecast(
    series: np.ndarray, targets: int, train: int, lags: tuple[int, ...] = (1, 12, 13)
) -> tuple[np.ndarray, np.ndarray]:
    """Least squares of the logarithm on lagged logarithms, fitted on the training part only.

    With lags 1, 12 and 13 this is nearly "last month times the growth of the same month a year
    ago": the seasonal model of Box & Jenkins 1970 for this kind of series, with free weights.

    Parameters
    ----------
    series
        Shape ``(n,)``, positive.
    targets
        How many steps at the end are forecast, each from the true values before it.
    train
        The first ``train`` steps are used to fit; no later than the first target.
    lags
        In steps.

    Returns
    -------
    forecast, coefficients
        Shape ``(targets,)`` in the unit of the series; shape ``(1 + len(lags),)``, intercept
        first.
    """
    series = np.asarray(series, dtype=float)
    if not np.all(series > 0):
        raise ValueError("series has values that are not positive; a logarithm needs all above 0.")
    longest = max(lags)
    if not longest < train <= len(series) - targets:
        raise ValueError(
            f"train is {train}; it must be above the longest lag, {longest}, and at most "
            f"{len(series) - targets}, where the targets begin."
        )
    logs = np.log(series)

    def lagged(steps: np.ndarray) -> np.ndarray:
        return np.stack([logs[steps - lag] for lag in lags], axis=1)

    fitted = np.arange(longest, train)
    model = LinearRegression().fit(lagged(fitted), logs[fitted])
    scored = np.arange(len(series) - targets, len(series))
    coefficients = np.concatenate([[model.intercept_], model.coef_])
    return np.exp(model.predict(lagged(scored))), coefficients


# Forecasters: fit(train) -> predict(history) -> (steps,), the form that utils.forecasting.backtest runs.
# ``steps`` is how far ahead, gap included. All take one series, (n,).


def naive(steps: int) -> Fit:
    """The last value, again and again."""
    return seasonal_naive(steps, season=1)


def seasonal_naive(steps: int, season: int, drift: bool = False) -> Fit:
    """The last season, again and again.

    Parameters
    ----------
    steps
        How far ahead.
    season
        Steps in a season; 1 repeats the last value.
    drift
        Add, for each season ahead, the mean change over a season in the training part.
    """
    _positive(steps=steps, season=season)

    def fit(train: np.ndarray) -> Predict:
        train = _one_series(train, season + 1 if drift else season)
        change = np.mean(train[season:] - train[:-season]) if drift else 0.0
        ahead = np.arange(steps)

        def predict(history: np.ndarray) -> np.ndarray:
            return history[len(history) - season + ahead % season] + change * (1 + ahead // season)

        return predict

    return fit


def drift(steps: int) -> Fit:
    """From the last value on, a straight line with the mean slope of the training part."""
    return seasonal_naive(steps, season=1, drift=True)


def direct_linear(steps: int, length: int) -> Fit:
    """Least squares from the last ``length`` values to the next ``steps``, each step its own map.

    Inputs and targets are differences from the last value, so that a level that was never seen
    is no obstacle. This is the linear model on a network's own window.

    Parameters
    ----------
    steps
        How far ahead.
    length
        Values in a window, 2 or more (the last is the reference).
    """
    _positive(steps=steps)
    if length < 2:
        raise ValueError(f"length is {length}; it must be 2 or more.")

    def fit(train: np.ndarray) -> Predict:
        train = _one_series(train, length + steps)
        inputs, targets = sliding_windows(train, length, steps)
        last = inputs[:, -1:]
        model = LinearRegression().fit((inputs - last)[:, :-1], targets - last)

        def predict(history: np.ndarray) -> np.ndarray:
            window = history[-length:]
            return window[-1] + model.predict((window - window[-1])[None, :-1])[0]

        return predict

    return fit


def autoregression(steps: int, order: int, direct: bool = False, root: bool = False) -> Fit:
    """Least squares on the last ``order`` values.

    Parameters
    ----------
    steps
        How far ahead.
    order
        Lags 1 to ``order``.
    direct
        False: one map, one step ahead, fed with its own forecasts for the steps after that. True:
        a map for each step ahead.
    root
        Work on square roots, for counts whose spread grows with their level. Squared back, a
        forecast would be too low on average; the variance of its error is added, because the
        mean of a square is the square of the mean plus the variance.
    """
    _positive(steps=steps, order=order)

    def fit(train: np.ndarray) -> Predict:
        train = _one_series(train, 2 * order + steps)
        series = np.sqrt(_not_negative(train)) if root else train
        inputs, targets = sliding_windows(series, order, steps if direct else 1)
        model = LinearRegression().fit(inputs, targets)
        variance = np.mean((targets - model.predict(inputs)) ** 2, axis=0)  # (steps,) or (1,)
        if not direct:
            variance = variance * np.cumsum(_responses(model.coef_[0], steps) ** 2)

        def predict(history: np.ndarray) -> np.ndarray:
            known = np.sqrt(_not_negative(history)) if root else history
            window = known[-order:]
            if direct:
                forecast = model.predict(window[None])[0]
            else:
                for _ in range(steps):
                    window = np.append(window, model.predict(window[None, -order:])[0])
                forecast = window[order:]
            return forecast**2 + variance if root else forecast

        return predict

    return fit


def exponential_smoothing(steps: int, season: int = 1, trend: bool = True) -> Fit:
    """Holt and Winters' smoothing: level, trend and season with additive errors (statsmodels).

    Its few constants are estimated on the training part; at later origins they are kept and only
    level, trend and season go on.

    Parameters
    ----------
    steps
        How far ahead.
    season
        Steps in a season, 1 for none.
    trend
        Whether there is a trend.
    """
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    _positive(steps=steps, season=season)
    parts = {"trend": "add" if trend else None}
    parts |= {"seasonal": "add", "seasonal_periods": season} if season > 1 else {}

    def fit(train: np.ndarray) -> Predict:
        train = _one_series(train, max(10, 2 * season + 2))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that the optimiser stopped early
            constants = ETSModel(train, **parts).fit(disp=False).params

        def predict(history: np.ndarray) -> np.ndarray:
            return ETSModel(history, **parts).smooth(constants).forecast(steps)

        return predict

    return fit


def arima(
    steps: int,
    order: tuple[int, int, int],
    seasonal: tuple[int, int, int, int] = (0, 0, 0, 0),
) -> Fit:
    """ARIMA, or seasonal ARIMA, by maximum likelihood (statsmodels).

    Coefficients are estimated on the training part; at later origins they are kept and new values
    only enter as history.

    Parameters
    ----------
    steps
        How far ahead.
    order
        (p, d, q): lags, differences, lagged errors.
    seasonal
        (P, D, Q, season): the same for whole seasons.
    """
    from statsmodels.tsa.arima.model import ARIMA

    _positive(steps=steps)

    def fit(train: np.ndarray) -> Predict:
        train = _one_series(train, max(10, 2 * seasonal[3] + 2))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about starting values and early stops
            fitted = ARIMA(train, order=order, seasonal_order=seasonal).fit()

        def predict(history: np.ndarray) -> np.ndarray:
            return fitted.apply(history).forecast(steps)

        return predict

    return fit


def _responses(coefficients: np.ndarray, steps: int) -> np.ndarray:
    """What a surprise of 1 adds to this step and the following ones; coefficients oldest first."""
    order = len(coefficients)
    responses = np.zeros(order + steps)  # padded in front by the silence before
    responses[order] = 1
    for step in range(order + 1, order + steps):
        responses[step] = coefficients @ responses[step - order : step]
    return responses[order:]


def _one_series(train: np.ndarray, least: int) -> np.ndarray:
    train = np.asarray(train, dtype=float)
    if train.ndim != 1:
        raise ValueError(
            f"train has shape {train.shape}; this baseline takes one series, (n,). Run it on a "
            "single column."
        )
    if len(train) < least:
        raise ValueError(f"train has {len(train)} steps; this baseline needs {least} or more.")
    return train


def _not_negative(values: np.ndarray) -> np.ndarray:
    if np.any(values < 0):
        raise ValueError("there are negative values, which have no square root; leave out root.")
    return values


def _positive(**sizes: int) -> None:
    for name, size in sizes.items():
        if size < 1:
            raise ValueError(f"{name} is {size}; it must be 1 or more.")
