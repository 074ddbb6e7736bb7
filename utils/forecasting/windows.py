"""Windows over a series and splits by time: what a forecast may see, and what it is scored on.

Shapes: a series is ``(n,)`` or ``(n, features)``, oldest first. A window of inputs is followed,
after an optional gap, by its targets; inputs always end before targets begin.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


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
        Shape ``(n,)`` or ``(n, features)``, oldest first, without NaN.
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
        Shapes ``(windows, length[, features])`` and ``(windows, horizon[, features])``.
        Window ``k`` reads steps ``k * stride`` to ``k * stride + length - 1``.

    Raises
    ------
    ValueError
        If the series has NaN or the wrong number of dimensions, if a size is not positive
        (``gap``: negative), or if no window fits.
    """
    series = _checked_series(series)
    for name, value in (("length", length), ("horizon", horizon), ("stride", stride)):
        if value < 1:
            raise ValueError(f"{name} is {value}; it must be 1 or more.")
    if gap < 0:
        raise ValueError(f"gap is {gap}; it must be 0 or more.")
    needed = length + gap + horizon
    if needed > len(series):
        raise ValueError(
            f"a window of length {length}, gap {gap} and horizon {horizon} needs {needed} time "
            f"steps, and series has {len(series)}; shorten the window or bring more data."
        )
    starts = np.arange(0, len(series) - needed + 1, stride)
    inputs = series[starts[:, None] + np.arange(length)]
    targets = series[starts[:, None] + length + gap + np.arange(horizon)]
    return inputs, targets


def split_by_time(
    series: Sequence[float] | np.ndarray, train: float, gap: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Split a series into an older part to learn from and a newer part to be scored on.

    Parameters
    ----------
    series
        Shape ``(n,)`` or ``(n, features)``, oldest first.
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
        If a part would be empty.
    """
    series = _checked_series(series)
    if isinstance(train, float) and not 0 < train < 1:
        raise ValueError(f"train is {train}; a share must lie between 0 and 1.")
    if gap < 0:
        raise ValueError(f"gap is {gap}; it must be 0 or more.")
    steps = int(len(series) * train) if isinstance(train, float) else int(train)
    if steps < 1 or steps + gap >= len(series):
        raise ValueError(
            f"train = {train} and gap = {gap} leave {max(steps, 0)} steps to train and "
            f"{max(len(series) - steps - gap, 0)} to test out of {len(series)}; "
            "both parts need at least one."
        )
    return series[:steps], series[steps + gap :]


def _checked_series(series: Sequence[float] | np.ndarray) -> np.ndarray:
    series = np.asarray(series)
    if series.ndim not in (1, 2):
        raise ValueError(f"series has shape {series.shape}; it must be (n,) or (n, features).")
    if len(series) == 0:
        raise ValueError("series is empty; give at least one time step.")
    if np.issubdtype(series.dtype, np.floating) and np.isnan(series).any():
        where = int(np.argwhere(np.isnan(series))[0][0])
        raise ValueError(
            f"series has NaN (first at step {where}); fill or drop missing values first, "
            "and say in the lesson how."
        )
    return series
