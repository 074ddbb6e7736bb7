"""Errors and scores, in the units of the data unless the name says otherwise."""

from __future__ import annotations

import math

import numpy as np


def rmse(truth: np.ndarray, forecast: np.ndarray) -> float:
    """Root mean squared error, in the unit of the data. Shapes must be equal."""
    truth, forecast = _same_shape(truth, forecast)
    return float(np.sqrt(np.mean((truth - forecast) ** 2)))


def mae(truth: np.ndarray, forecast: np.ndarray) -> float:
    """Mean absolute error, in the unit of the data. Shapes must be equal."""
    truth, forecast = _same_shape(truth, forecast)
    return float(np.mean(np.abs(truth - forecast)))


def mape(truth: np.ndarray, forecast: np.ndarray) -> float:
    """Mean absolute error in per cent of the truth, which must not be zero anywhere."""
    truth, forecast = _same_shape(truth, forecast)
    if np.any(truth == 0):
        raise ValueError("truth has zeros, and a percentage of zero is not defined; use mae.")
    return float(100 * np.mean(np.abs((truth - forecast) / truth)))


def mase(truth: np.ndarray, forecast: np.ndarray, train: np.ndarray, season: int = 1) -> float:
    """Mean absolute error divided by that of the (seasonal) naive forecast on the training part.

    Below 1 is better than repeating the value ``season`` steps ago did in the training part.
    Without unit. Hyndman & Koehler 2006, "Another look at measures of forecast accuracy".

    Parameters
    ----------
    truth, forecast
        Equal shapes.
    train
        The training series, shape ``(n,)`` with n above ``season``.
    season
        Steps in a season; 1 compares with the last value.
    """
    train = np.asarray(train, dtype=float)
    if season < 1 or season >= len(train):
        raise ValueError(
            f"season is {season}; it must be from 1 to {len(train) - 1}, one less than the "
            "length of train."
        )
    scale = float(np.mean(np.abs(train[season:] - train[:-season])))
    if scale == 0:
        raise ValueError("train repeats itself exactly every season; MASE is not defined.")
    return mae(truth, forecast) / scale


def accuracy(truth: np.ndarray, predicted: np.ndarray, mask: np.ndarray | None = None) -> float:
    """Share of equal entries, from 0 to 1, counted where the mask is true.

    Parameters
    ----------
    truth, predicted
        Labels of equal shape.
    mask
        Booleans of the same shape, true where there is something to score; padding is false.
    """
    truth, predicted = _same_shape(truth, predicted)
    if mask is None:
        mask = np.ones(truth.shape, dtype=bool)
    mask = np.asarray(mask, dtype=bool)
    if mask.shape != truth.shape:
        raise ValueError(
            f"mask has shape {mask.shape} and truth {truth.shape}; they must be equal."
        )
    if not mask.any():
        raise ValueError("mask is false everywhere; there is nothing to score.")
    return float(np.mean((truth == predicted)[mask]))


def bits(nats: float) -> float:
    """Nats as bits: divided by the natural logarithm of 2."""
    return nats / math.log(2)


def _same_shape(truth: np.ndarray, forecast: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    truth, forecast = np.asarray(truth), np.asarray(forecast)
    if truth.shape != forecast.shape:
        raise ValueError(
            f"truth has shape {truth.shape} and forecast {forecast.shape}; they must be equal "
            "(NumPy would otherwise stretch one over the other and score the wrong pairs)."
        )
    if truth.size == 0:
        raise ValueError("truth is empty; there is nothing to score.")
    return truth, forecast
