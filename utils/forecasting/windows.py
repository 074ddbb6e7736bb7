"""Windows over a series and splits by time.

A series is ``(n,)`` or ``(n, features)``, oldest first, without missing values.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from utils.forecasting._checks import as_series, at_least, between_0_and_1


def sliding_windows(
    series: Sequence[float] | np.ndarray,
    length: int,
    horizon: int = 1,
    gap: int = 0,
    stride: int = 1,
) -> tuple[np.ndarray, np.ndarray]:
    """Cut a series into windows of inputs and the targets that follow them.

    Parameters
    ----------
    series
        Shape ``(n,)`` or ``(n, features)``.
    length
        Time steps of input in a window.
    horizon
        Time steps of target after it.
    gap
        Time steps left out between input and target.
    stride
        Time steps from the start of one window to the start of the next.

    Returns
    -------
    inputs, targets
        Copies of shapes ``(windows, length[, features])`` and ``(windows, horizon[, features])``.
        Window ``k`` reads steps ``k * stride`` to ``k * stride + length - 1``.

    Raises
    ------
    ValueError
        If the series has missing values or the wrong number of dimensions, if a size is not
        positive (``gap``: negative), or if no window fits.
    """
    series = as_series(series)
    at_least(1, length=length, horizon=horizon, stride=stride)
    at_least(0, gap=gap)
    needed = length + gap + horizon
    if needed > len(series):
        raise ValueError(
            f"a window of length {length}, gap {gap} and horizon {horizon} needs {needed} time "
            f"steps, and series has {len(series)}; shorten the window or bring more data."
        )
    starts = np.arange(0, len(series) - needed + 1, stride)[:, None]
    return series[starts + np.arange(length)], series[starts + np.arange(length + gap, needed)]


def split_by_time(
    series: Sequence[float] | np.ndarray, train: float, gap: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Split a series into an older part for training and a newer part for testing.

    Parameters
    ----------
    series
        Shape ``(n,)`` or ``(n, features)``.
    train
        A share between 0 and 1 (rounded down to whole steps), or a number of steps.
    gap
        Steps left out between the two parts.

    Returns
    -------
    older, newer
        In the order of time; together with the gap they are the whole series.

    Raises
    ------
    ValueError
        If the series has missing values or the wrong number of dimensions, if ``gap`` is
        negative, or if a part would be empty.
    """
    series = as_series(series)
    at_least(0, gap=gap)
    if isinstance(train, float):
        between_0_and_1(train=train)
        steps = int(len(series) * train)
    else:
        steps = int(train)
    if not 1 <= steps < len(series) - gap:
        raise ValueError(
            f"train = {train} and gap = {gap} leave {max(steps, 0)} steps for training and "
            f"{max(len(series) - steps - gap, 0)} for testing out of {len(series)}; both parts "
            "need at least one."
        )
    return series[:steps], series[steps + gap :]
