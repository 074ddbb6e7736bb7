"""How much prices move in a day: measured from open, high, low and close, and forecast.

Variances are of logarithms of prices, per day, without unit: 0.0001 is a day of about 1 %.
Features in row t are made of days before t only. The forecasters are for
``utils.forecasting.backtest``, one step ahead.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.signal import lfilter
from sklearn.linear_model import LinearRegression

from utils.forecasting._checks import between_0_and_1
from utils.forecasting.backtest import Fit, Predict

DAYS = (1, 5, 22)  # a day, a week and a month of trading
MONTH = max(DAYS)


def garman_klass(
    opening: np.ndarray, high: np.ndarray, low: np.ndarray, close: np.ndarray
) -> np.ndarray:
    """Variance of each day from its four prices, ``(n,)``.

    0.5 ln(high/low)² - (2 ln 2 - 1) ln(close/open)², the practical estimator of Garman & Klass
    1980, "On the estimation of security price volatilities from historical data". What happens
    between a close and the next open is not in it. Where it is not positive, the value of the day
    before is repeated.

    Parameters
    ----------
    opening, high, low, close
        Prices, positive, each ``(n,)``; high is the largest of the four and low the smallest.

    Raises
    ------
    ValueError
        If prices are missing, not positive or in the wrong order, or the first day has no
        positive variance.
    """
    prices = np.stack([np.asarray(p, dtype=float) for p in (opening, high, low, close)])
    if not (prices > 0).all():
        raise ValueError("prices must be positive and present; correct or drop such days first.")
    ordered = ((prices <= prices[1]) & (prices >= prices[2])).all(axis=0)
    if not ordered.all():
        raise ValueError(
            f"day {ordered.argmin()}: high is not the largest price or low not the smallest; "
            "check the order of the arguments (opening, high, low, close) and the data."
        )
    log_open, log_high, log_low, log_close = np.log(prices)
    variance = 0.5 * (log_high - log_low) ** 2 - (2 * np.log(2) - 1) * (log_close - log_open) ** 2
    filled = pd.Series(np.where(variance > 0, variance, np.nan)).ffill().to_numpy()
    if np.isnan(filled[0]):
        raise ValueError("the first day has no positive variance to start from; leave it out.")
    return filled


def log_returns(close: np.ndarray) -> np.ndarray:
    """ln(close today / close yesterday), ``(n,)``; the first day has none and gets 0."""
    logs = np.log(np.asarray(close, dtype=float))
    return np.diff(logs, prepend=logs[:1])


def ewma(variance: np.ndarray, decay: float = 0.94) -> np.ndarray:
    """Exponentially weighted mean of the days before each day, ``(n,)``.

    ``mean[t] = decay * mean[t-1] + (1 - decay) * variance[t-1]``; 0.94 is the factor of J. P.
    Morgan's RiskMetrics for daily data. The first value starts the mean, so the first two are
    equal.

    Raises
    ------
    ValueError
        If ``decay`` is not between 0 and 1.
    """
    between_0_and_1(decay=decay)
    variance = np.asarray(variance, dtype=float)
    start = variance[:1]
    means, _ = lfilter([1 - decay], [1, -decay], variance[:-1], zi=decay * start)
    return np.concatenate([start, means])


def har_features(log_variance: np.ndarray, returns: np.ndarray | None = None) -> np.ndarray:
    """Mean log variance of the day, the week and the month before.

    Parameters
    ----------
    log_variance
        ``(n,)``.
    returns
        Daily log returns ``(n,)``. With them a column more: yesterday's return if it was a loss,
        else 0. Losses are followed by larger moves than gains are (the "leverage effect").

    Returns
    -------
    np.ndarray
        ``(n, 3)`` or ``(n, 4)``. The first 22 rows lack a month of past and are NaN.
    """
    return _by_day(_har, log_variance) if returns is None else _by_day(_lhar, log_variance, returns)


def news_features(log_variance: np.ndarray, returns: np.ndarray) -> np.ndarray:
    """HAR features, and day, week and month means of z and |z|.

    z is the return divided by the root of the day's variance. A signed and an absolute term are
    how EGARCH lets news enter (Nelson 1991, "Conditional heteroskedasticity in asset returns: a
    new approach"): the first allows losses to count for more than gains.

    Parameters
    ----------
    log_variance, returns
        ``(n,)`` each.

    Returns
    -------
    np.ndarray
        ``(n, 9)``: day, week, month of the log variance, of z, of ``|z|``. The first 22 rows are
        NaN.
    """
    return _by_day(_news, log_variance, returns)


def har_forecaster(leverage: bool = False) -> Fit:
    """Heterogeneous autoregression: least squares on :func:`har_features`.

    Corsi 2009, "A simple approximate long-memory model of realized volatility", on logarithms.
    ``run(log_variance, origins, har_forecaster(), inputs=22)``; with ``leverage=True`` on
    ``(n, 2)``, log variance and log return, with ``target=0``.

    Raises
    ------
    ValueError
        While running, if the series has another shape or the training part less than 44 days.
    """
    return _least_squares(_lhar, 2) if leverage else _least_squares(_har, 1)


def news_forecaster() -> Fit:
    """Least squares on :func:`news_features`: ten coefficients with the intercept.

    ``run(series, origins, news_forecaster(), inputs=22, target=0)`` on ``(n, 2)``, log variance
    and log return. Raises as :func:`har_forecaster`.
    """
    return _least_squares(_news, 2)


def ewma_forecaster(decay: float = 0.94) -> Fit:
    """Logarithm of :func:`ewma`, on the log variance ``(n,)``. It learns nothing."""
    between_0_and_1(decay=decay)

    def fit(_train: np.ndarray) -> Predict:
        def predict(history: np.ndarray) -> np.ndarray:
            # The entry after the last is the mean of all before it.
            return np.log(ewma(np.append(np.exp(history), np.nan), decay)[-1:])

        return predict

    return fit


# Features of the day after each month: (months, 22[, 2]) -> (months, features)


def _har(months: np.ndarray) -> np.ndarray:
    return np.stack([months[:, -days:].mean(axis=1) for days in DAYS], axis=1)


def _lhar(months: np.ndarray) -> np.ndarray:
    return np.column_stack([_har(months[..., 0]), np.minimum(months[:, -1, 1], 0)])


def _news(months: np.ndarray) -> np.ndarray:
    log_variance, returns = months[..., 0], months[..., 1]
    z = returns / np.exp(log_variance / 2)
    return np.concatenate([_har(log_variance), _har(z), _har(np.abs(z))], axis=1)


def _by_day(features: Callable[[np.ndarray], np.ndarray], *series: np.ndarray) -> np.ndarray:
    columns = np.stack([np.asarray(values, dtype=float) for values in series], axis=-1)
    months = np.lib.stride_tricks.sliding_window_view(columns, MONTH, axis=0)[:-1]
    months = np.moveaxis(months, -1, 1)  # (n - 22, 22, series)
    rows = features(months[..., 0] if len(series) == 1 else months)
    return np.concatenate([np.full((MONTH, rows.shape[1]), np.nan), rows])


def _least_squares(features: Callable[[np.ndarray], np.ndarray], columns: int) -> Fit:
    """Log variance regressed on features of the 22 days before."""
    shape, needed = {
        1: ((), "log variance, (n,)"),
        2: ((2,), "log variance and log return, (n, 2)"),
    }[columns]

    def fit(train: np.ndarray) -> Predict:
        if train.shape[1:] != shape:
            raise ValueError(f"the series has shape {train.shape}; this needs {needed}.")
        if len(train) < 2 * MONTH:
            raise ValueError(f"{len(train)} days are too few; this needs {2 * MONTH} or more.")
        rows = _by_day(features, *np.atleast_2d(train.T))[MONTH:]
        model = LinearRegression().fit(rows, train.reshape(len(train), -1)[MONTH:, 0])

        def predict(months: np.ndarray) -> np.ndarray:  # (origins, 22[, 2])
            if months.ndim != 2 + len(shape) or months.shape[1] < MONTH:
                raise ValueError(
                    f"predict was given shape {months.shape}; call run with inputs=22."
                )
            return model.predict(features(months))[:, None]

        return predict

    return fit
