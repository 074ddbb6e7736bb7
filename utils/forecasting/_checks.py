"""Checks of arguments that the forecasting modules share."""

from __future__ import annotations

import numpy as np


def at_least(least: int, **values: float | None) -> None:
    """Raise ValueError if one of the named values is smaller than ``least``; None passes."""
    for name, value in values.items():
        if value is not None and value < least:
            raise ValueError(f"{name} is {value}; it must be {least} or more.")


def between_0_and_1(**values: float) -> None:
    """Raise ValueError if one of the named values is not strictly between 0 and 1."""
    for name, value in values.items():
        if not 0 < value < 1:
            raise ValueError(f"{name} is {value}; it must lie between 0 and 1.")


def as_series(series: np.ndarray) -> np.ndarray:
    """An array ``(n,)`` or ``(n, features)`` with at least one step and finite values only."""
    series = np.asarray(series)
    if series.ndim not in (1, 2):
        raise ValueError(f"series has shape {series.shape}; it must be (n,) or (n, features).")
    if len(series) == 0:
        raise ValueError("series is empty; give at least one time step.")
    finite = np.isfinite(series).reshape(len(series), -1).all(axis=1)
    if not finite.all():
        raise ValueError(
            f"series is missing or infinite at step {finite.argmin()}; fill such values or cut "
            "them off first."
        )
    return series


def by_seed(truth: np.ndarray, forecast: np.ndarray, name: str = "forecast") -> np.ndarray:
    """The forecast as ``(seeds, *shape of truth)``; one seed if it has the shape of truth."""
    truth, forecast = np.asarray(truth), np.asarray(forecast, dtype=float)
    if truth.size == 0:
        raise ValueError("truth is empty; there is nothing to score.")
    if forecast.shape == truth.shape:
        return forecast[None]
    if forecast.ndim == truth.ndim + 1 and forecast.shape[1:] == truth.shape and len(forecast):
        return forecast
    raise ValueError(
        f"{name} has shape {forecast.shape} and truth {truth.shape}; they must be equal, or the "
        "forecast may have one axis more, the seeds, in front."
    )
