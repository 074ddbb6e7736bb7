"""Forecasts that a network has to beat: from "the same again" to least squares.

One-step forecasts use the true history up to the step before. Series are ``(n,)``, oldest first.
"""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import LinearRegression


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
