"""How much prices move in a day: measured from open, high, low and close, and forecast.

Variances are of logarithms of prices, per day, without unit: 0.0001 is a day of about 1 %.
Features in row t are made of days before t only. The forecasters have the form that
``utils.forecasting.backtest`` runs.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.signal import lfilter
from sklearn.linear_model import LinearRegression

from utils.forecasting.backtest import Fit, Predict

DAYS = (1, 5, 22)  # a day, a week and a month of trading


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
    """
    prices = np.stack([np.asarray(p, dtype=float) for p in (opening, high, low, close)])
    if not (prices > 0).all():
        raise ValueError("prices must be positive and present; correct or drop such days first.")
    if not np.all((prices <= prices[1]) & (prices >= prices[2])):
        day = int(np.argwhere((prices > prices[1]) | (prices < prices[2]))[0][1])
        raise ValueError(
            f"day {day}: high is not the largest price or low not the smallest; check the order "
            "of the arguments (opening, high, low, close) and the data."
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


def har_features(log_variance: np.ndarray, returns: np.ndarray | None = None) -> np.ndarray:
    """What the day before, the week before and the month before were like.

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
    series = pd.Series(np.asarray(log_variance, dtype=float))
    columns = [series.rolling(days).mean().shift(1).to_numpy() for days in DAYS]
    if returns is not None:
        losses = pd.Series(np.minimum(np.asarray(returns, dtype=float), 0))
        columns.append(losses.shift(1).to_numpy())
    features = np.stack(columns, axis=1)
    features[: max(DAYS)] = np.nan
    return features


def ewma(variance: np.ndarray, decay: float = 0.94) -> np.ndarray:
    """Exponentially weighted mean of the days before each day, ``(n,)``; the first repeats itself.

    ``mean[t] = decay * mean[t-1] + (1 - decay) * variance[t-1]``; 0.94 is the factor of J. P.
    Morgan's RiskMetrics for daily data. The first value starts the mean, so the first two are
    equal.
    """
    if not 0 < decay < 1:
        raise ValueError(f"decay is {decay}; it must lie between 0 and 1.")
    variance = np.asarray(variance, dtype=float)
    start = variance[:1]
    means, _ = lfilter([1 - decay], [1, -decay], variance[:-1], zi=decay * start)
    return np.concatenate([start, means])


def har(leverage: bool = False) -> Fit:
    """Heterogeneous autoregression: least squares on the last day, week and month.

    Corsi 2009, "A simple approximate long-memory model of realized volatility", on logarithms.
    One step ahead. Run it with ``inputs=22``: ``run(series, origins, har(), inputs=22)`` on the
    log variance ``(n,)``, or with ``leverage=True`` on ``(n, 2)``, log variance and log return,
    with ``target=0``.
    """

    def split(values: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        return (values[..., 0], values[..., 1]) if leverage else (values, None)

    def fit(train: np.ndarray) -> Predict:
        if train.shape[1:] != ((2,) if leverage else ()):
            raise ValueError(
                f"har(leverage={leverage}) was given shape {train.shape}; it needs "
                + ("log variance and log return, (n, 2)." if leverage else "log variance, (n,).")
            )
        logs, returns = split(train)
        if len(logs) < 2 * max(DAYS):
            raise ValueError(f"{len(logs)} days are too few; HAR needs {2 * max(DAYS)} or more.")
        features = har_features(logs, returns)
        model = LinearRegression().fit(features[max(DAYS) :], logs[max(DAYS) :])

        def predict(histories: np.ndarray) -> np.ndarray:  # (origins, 22[, 2])
            if histories.shape[1] < max(DAYS) or histories.ndim != 2 + leverage:
                raise ValueError(
                    f"predict was given shape {histories.shape}; call run with inputs=22."
                )
            logs, returns = split(histories)
            columns = [logs[:, -days:].mean(axis=1) for days in DAYS]
            columns += [np.minimum(returns[:, -1], 0)] if leverage else []
            return model.predict(np.stack(columns, axis=1))[:, None]

        return predict

    return fit


def ewma_forecaster(decay: float = 0.94) -> Fit:
    """Logarithm of the exponentially weighted mean of variances, one step ahead.

    Runs on the log variance ``(n,)`` and learns nothing.
    """

    def fit(_train: np.ndarray) -> Predict:
        def predict(history: np.ndarray) -> np.ndarray:
            # The entry after the last is the mean of all before it.
            return np.log(ewma(np.append(np.exp(history), np.nan), decay)[-1:])

        return predict

    return fit
