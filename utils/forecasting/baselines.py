"""Forecasts that a network has to beat, from "the same again" to seasonal ARIMA.

Each function returns a forecaster, ``fit(train) -> predict``, for ``utils.forecasting.backtest``.
Series are ``(n,)``, oldest first; ``predict(history)`` returns ``(steps,)``, in the unit of the
series. ``steps`` is how far ahead, gap included. All raise ``ValueError`` for sizes that are not
positive, for several series at once and for a training part that is too short.
"""

from __future__ import annotations

import warnings

import numpy as np
from sklearn.linear_model import LinearRegression

from utils.forecasting._checks import as_series, at_least
from utils.forecasting.backtest import Fit, Predict
from utils.forecasting.windows import sliding_windows


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
        Steps in a season.
    drift
        Add, for each season ahead, the mean change over a season in the training part.
    """
    at_least(1, steps=steps, season=season)

    def fit(train: np.ndarray) -> Predict:
        train = _one_series(train, season + drift)
        change = np.mean(train[season:] - train[:-season]) if drift else 0.0
        ahead = np.arange(steps)

        def predict(history: np.ndarray) -> np.ndarray:
            return history[-season:][ahead % season] + change * (1 + ahead // season)

        return predict

    return fit


def drift(steps: int) -> Fit:
    """From the last value on, a straight line with the mean slope of the training part."""
    return seasonal_naive(steps, season=1, drift=True)


def direct_linear(steps: int, length: int) -> Fit:
    """Least squares from the last ``length`` values to each of the next ``steps``.

    Inputs and targets are differences from the last value, so that a level outside the training
    part is no obstacle: NLinear of Zeng et al. 2023, "Are transformers effective for time series
    forecasting?".

    Parameters
    ----------
    steps
        How far ahead.
    length
        Values in a window, 2 or more (the last is the reference).
    """
    at_least(1, steps=steps)
    at_least(2, length=length)

    def fit(train: np.ndarray) -> Predict:
        inputs, targets = sliding_windows(_one_series(train, length + steps), length, steps)
        last = inputs[:, -1:]
        model = LinearRegression().fit((inputs - last)[:, :-1], targets - last)

        def predict(history: np.ndarray) -> np.ndarray:
            window = history[-length:]
            return window[-1] + model.predict((window - window[-1])[None, :-1])[0]

        return predict

    return fit


def autoregression(
    steps: int, order: int, direct: bool = False, sqrt_transform: bool = False
) -> Fit:
    """Least squares on the last ``order`` values.

    Parameters
    ----------
    steps
        How far ahead.
    order
        Lags 1 to ``order``.
    direct
        False: one model, one step ahead, which is fed its own forecasts for further steps. True:
        a model for each step ahead.
    sqrt_transform
        Work on square roots, for counts whose variance grows with their level. The mean of a
        square is the square of the mean plus the variance, so the variance of the forecast error
        is added when forecasts are squared. Needs values that are not negative.
    """
    at_least(1, steps=steps, order=order)

    def transform(values: np.ndarray) -> np.ndarray:
        if sqrt_transform and np.any(values < 0):
            raise ValueError("there are negative values; leave out sqrt_transform.")
        return np.sqrt(values) if sqrt_transform else values

    def fit(train: np.ndarray) -> Predict:
        train = transform(_one_series(train, 2 * order + steps))
        inputs, targets = sliding_windows(train, order, steps if direct else 1)
        model = LinearRegression().fit(inputs, targets)
        variance = np.mean((targets - model.predict(inputs)) ** 2, axis=0)  # (steps,) or (1,)
        if not direct:
            variance = variance * np.cumsum(_impulse_response(model.coef_[0], steps) ** 2)

        def predict(history: np.ndarray) -> np.ndarray:
            window = transform(history)[-order:]
            if direct:
                forecast = model.predict(window[None])[0]
            else:
                for _ in range(steps):
                    window = np.append(window, model.predict(window[None, -order:])[0])
                forecast = window[order:]
            return forecast**2 + variance if sqrt_transform else forecast

        return predict

    return fit


def exponential_smoothing(
    steps: int, season: int = 1, trend: bool = True, multiplicative: bool = False
) -> Fit:
    """Exponential smoothing by Holt and Winters, as an ETS model (statsmodels).

    Its constants are estimated on the training part; at later origins they are kept and only
    level, trend and season are updated.

    Parameters
    ----------
    steps
        How far ahead.
    season
        Steps in a season, 1 for none.
    trend
        Whether there is an (additive) trend.
    multiplicative
        Whether season and errors are proportional to the level, ETS(M,A,M), for positive series;
        else they are added, ETS(A,A,A).
    """
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    at_least(1, steps=steps, season=season)
    kind = "mul" if multiplicative else "add"
    parts = {"error": kind, "trend": "add" if trend else None}
    parts |= {"seasonal": kind, "seasonal_periods": season} if season > 1 else {}

    def fit(train: np.ndarray) -> Predict:
        train = _one_series(train, max(10, 2 * season + 2), positive=multiplicative)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that the optimiser stopped early
            constants = ETSModel(train, **parts).fit(disp=False).params

        def predict(history: np.ndarray) -> np.ndarray:
            return ETSModel(history, **parts).smooth(constants).forecast(steps)

        return predict

    return fit


def theta(steps: int, season: int = 1) -> Fit:
    """The Theta method (statsmodels): smoothing with half the slope of the trend line.

    Assimakopoulos & Nikolopoulos 2000, "The theta model: a decomposition approach to
    forecasting", the winner of the M3 competition. A season is removed first if a test finds
    one. Its two constants are estimated anew at every origin, whatever the refit policy.

    Parameters
    ----------
    steps
        How far ahead.
    season
        Steps in a season, 1 for none.
    """
    from statsmodels.tsa.forecasting.theta import ThetaModel

    at_least(1, steps=steps, season=season)

    def fit(train: np.ndarray) -> Predict:
        _one_series(train, max(10, 2 * season + 2))

        def predict(history: np.ndarray) -> np.ndarray:
            model = ThetaModel(history, period=season, deseasonalize=season > 1)
            return np.asarray(model.fit().forecast(steps))

        return predict

    return fit


def arima(
    steps: int,
    order: tuple[int, int, int],
    seasonal: tuple[int, int, int, int] = (0, 0, 0, 0),
    log: bool = False,
) -> Fit:
    """ARIMA, or seasonal ARIMA, by maximum likelihood (statsmodels).

    Coefficients are estimated on the training part; at later origins they are kept and new values
    only enter as history. Box and Jenkins' airline model is
    ``arima(steps, (0, 1, 1), (0, 1, 1, 12), log=True)``.

    Parameters
    ----------
    steps
        How far ahead.
    order
        (p, d, q): lags, differences, lagged errors.
    seasonal
        (P, D, Q, season): the same for whole seasons.
    log
        Work on logarithms of a positive series. The exponential of a forecast is the median of
        what may come, a little below its mean.
    """
    from statsmodels.tsa.arima.model import ARIMA

    at_least(1, steps=steps)
    transform, back = (np.log, np.exp) if log else (np.asarray, np.asarray)

    def fit(train: np.ndarray) -> Predict:
        train = transform(_one_series(train, max(10, 2 * seasonal[3] + 2), positive=log))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about starting values and early stops
            fitted = ARIMA(train, order=order, seasonal_order=seasonal).fit()

        def predict(history: np.ndarray) -> np.ndarray:
            return back(fitted.apply(transform(history)).forecast(steps))

        return predict

    return fit


def _impulse_response(coefficients: np.ndarray, steps: int) -> np.ndarray:
    """What an error of 1 adds to this step and the following ones; coefficients oldest first."""
    order = len(coefficients)
    response = np.zeros(order + steps)
    response[order] = 1
    for step in range(order + 1, order + steps):
        response[step] = coefficients @ response[step - order : step]
    return response[order:]


def _one_series(train: np.ndarray, least: int, positive: bool = False) -> np.ndarray:
    train = as_series(train).astype(float)
    if train.ndim != 1:
        raise ValueError(f"train has shape {train.shape}; this baseline takes one series, (n,).")
    if len(train) < least:
        raise ValueError(f"train has {len(train)} steps; this baseline needs {least} or more.")
    if positive and train.min() <= 0:
        raise ValueError("train has values that are not positive; leave out log or multiplicative.")
    return train
