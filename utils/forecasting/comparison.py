"""Is one forecast better than another? Intervals and tests, computed by SciPy, statsmodels, arch.

Two different questions: over seeds, is a training method better on average
(:func:`paired_interval`); over test points, is a forecast better than another on data like these
(the other functions, which take the losses at each origin in the order of time). Where many
pairs are compared, some differences look large by chance: say how many, or use
:func:`confidence_set`. For two classifiers on the same cases there is
``statsmodels.stats.contingency_tables.mcnemar``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from utils.forecasting._checks import at_least, between_0_and_1, by_seed

Loss = Callable[[np.ndarray, np.ndarray], np.ndarray]
_LOSSES: dict[str, Loss] = {
    "absolute": lambda truth, forecast: np.abs(truth - forecast),
    "squared": lambda truth, forecast: (truth - forecast) ** 2,
}


def paired_interval(differences: np.ndarray, level: float = 0.95) -> tuple[float, float, float]:
    """Mean and confidence interval of differences that were measured in pairs (Student's t).

    Parameters
    ----------
    differences
        Shape ``(seeds,)``: result of one method minus that of the other with the same seed.
    level
        Coverage of the interval if the differences are normal and independent.

    Returns
    -------
    mean, low, high
        In the unit of the differences.

    Raises
    ------
    ValueError
        If there are fewer than two differences, or ``level`` is not between 0 and 1.
    """
    from scipy import stats

    between_0_and_1(level=level)
    differences = _points(2, differences=differences)[0]
    interval = stats.ttest_1samp(differences, 0).confidence_interval(level)
    return float(differences.mean()), float(interval.low), float(interval.high)


def losses(truth: np.ndarray, forecast: np.ndarray, loss: str | Loss = "absolute") -> np.ndarray:
    """Loss at each origin, mean over its steps and over seeds: ``(origins,)``.

    Parameters
    ----------
    truth
        Shape ``(origins,)`` or ``(origins, horizon)``.
    forecast
        The same shape, or with an axis of seeds in front.
    loss
        ``"absolute"``, ``"squared"`` or a function of truth and forecast that works on each
        element. The pinball loss of quantile q is
        ``lambda y, f: np.maximum(q * (y - f), (q - 1) * (y - f))``.

    Raises
    ------
    ValueError
        If shapes do not fit or the loss is unknown.
    """
    truth = np.asarray(truth, dtype=float)
    if not callable(loss) and loss not in _LOSSES:
        raise ValueError(f"loss is {loss!r}; it must be 'absolute', 'squared' or a function.")
    values = (loss if callable(loss) else _LOSSES[loss])(truth, by_seed(truth, forecast))
    return np.moveaxis(values, 1, 0).reshape(len(truth), -1).mean(axis=1)


def diebold_mariano(
    truth: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
    *,
    loss: str | Loss = "absolute",
    horizon: int = 1,
) -> tuple[float, float]:
    """Test of equal expected losses; a negative statistic says that the first loses less.

    Diebold & Mariano 1995, "Comparing predictive accuracy", with the correction for few origins
    of Harvey, Leybourne & Newbold 1997, "Testing the equality of prediction mean squared
    errors", as ``statsmodels.tsa.stattools.diebold_mariano_test`` computes it. The variance of
    the mean difference has Newey and West's weights up to lag
    ``max(horizon - 1, ceil(n ** (1/3)))``.

    How often it rejects at 5 % what is equal (simulated, 2,000 repetitions): independent
    differences, 9 % of the time with 20 origins, 8 % with 46, 5 % with 109 and more. Moving
    averages of 12 values with ``horizon=12``: 12 to 13 % with 109 origins, 10 to 11 % with 500.
    With overlapping forecasts, therefore, a p-value of 0.03 is weak evidence, and
    :func:`bootstrap_interval` is the more reliable answer.

    Parameters
    ----------
    truth
        Shape ``(origins,)`` or ``(origins, horizon)``, in the order of time.
    first, second
        Forecasts as for :func:`losses`, which makes one loss an origin of them.
    loss
        As for :func:`losses`.
    horizon
        How many consecutive origins share surprises: the number of steps ahead if there is an
        origin at every step, 1 for one-step forecasts or test parts that do not overlap.

    Returns
    -------
    statistic, p_value
        Two-sided, Student's t with n - 1 degrees of freedom; 0 and 1 for equal losses.

    Raises
    ------
    ValueError
        If shapes do not fit, or there are fewer than 10 origins or than ``2 * horizon``.
    """
    from statsmodels.tsa.stattools import diebold_mariano_test

    at_least(1, horizon=horizon)
    a, b = _points(
        max(10, 2 * horizon), first=losses(truth, first, loss), second=losses(truth, second, loss)
    )
    if np.array_equal(a, b):
        return 0.0, 1.0
    # The losses are worked out above, so the criterion passes them through.
    result = diebold_mariano_test(
        np.zeros(len(a)), a, b, criterion=lambda _, loss: loss, harvey_adj=True, horizon=horizon
    )
    return float(result.statistic), float(result.pvalue)


def bootstrap_interval(
    losses_first: np.ndarray,
    losses_second: np.ndarray,
    *,
    block: int,
    level: float = 0.95,
    seed: int = 0,
) -> tuple[float, float, float]:
    """Mean difference of paired losses and its interval from a block bootstrap (arch).

    Circular blocks of consecutive differences are drawn, so that what neighbours share stays
    together. The resampled means are studentised with the standard error between blocks
    (Götze & Künsch 1996, "Second-order correctness of the blockwise bootstrap for stationary
    observations"): plain percentiles are too narrow where there are few blocks.

    How often a 95 % interval covers the truth (simulated, 600 repetitions; percentiles in
    brackets): independent differences, 46 origins, block 4: 95 % (92 %). Moving averages of 12
    values: 109 origins, block 12: 91 % (83 %), block 24: 94 % (84 %); 500 origins, block 24:
    93 % (90 %), block 40: 96 % (93 %).

    Parameters
    ----------
    losses_first, losses_second
        Shape ``(origins,)``, in the order of time, from :func:`losses`.
    block
        Length of a block in origins: at least twice the horizon where forecasts overlap, and
        longer where calm and rough times alternate (``arch.bootstrap.optimal_block_length``
        estimates it); at most a quarter of the origins.
    level
        Nominal coverage of the interval.
    seed
        Of the bootstrap.

    Returns
    -------
    difference, low, high
        First minus second, in the unit of the loss: negative if the first is better.

    Raises
    ------
    ValueError
        If shapes differ, ``block`` does not fit or ``level`` is not between 0 and 1.
    """
    from arch.bootstrap import CircularBlockBootstrap

    between_0_and_1(level=level)
    at_least(1, block=block)
    first, second = _points(
        max(10, 4 * block), losses_first=losses_first, losses_second=losses_second
    )
    differences = first - second
    difference = float(differences.mean())
    if np.ptp(differences) == 0:
        return difference, difference, difference

    def standard_error(_mean: np.ndarray, sample: np.ndarray) -> np.ndarray:
        blocks = len(sample) // block
        means = sample[: blocks * block].reshape(blocks, block).mean(axis=1)
        return means.std(ddof=1, keepdims=True) / np.sqrt(blocks)

    bootstrap = CircularBlockBootstrap(block, differences, seed=seed)
    with np.errstate(divide="ignore"):  # a resample may repeat one block only
        interval = bootstrap.conf_int(
            np.mean, reps=1000, method="studentized", size=level, std_err_func=standard_error
        )
    low, high = interval.ravel()
    return difference, float(low), float(high)


def confidence_set(
    losses: dict[str, np.ndarray], *, block: int, level: float = 0.9, seed: int = 0
) -> pd.DataFrame:
    """The model confidence set: the forecasts among which the best one is not known (arch).

    Hansen, Lunde & Nason 2011, "The model confidence set": the forecast with the largest
    standardised loss above the mean is dropped as long as equal skill is rejected. One procedure
    for all forecasts, so that many comparisons raise no false alarm.

    How often a 90 % set keeps one of four equal forecasts (simulated, 200 repetitions):
    independent losses, 46 origins, block 4: 98 %. Moving averages of 12 values: 109 origins,
    block 24: 89 %; 500 origins, block 24: 94 %.

    Parameters
    ----------
    losses
        Name to ``(origins,)``, in the order of time, from :func:`losses`.
    block
        Mean length of a block of the stationary bootstrap; see :func:`bootstrap_interval`.
    level
        How often the set shall contain the best forecast.
    seed
        Of the bootstrap.

    Returns
    -------
    pd.DataFrame
        Best first, indexed by name: ``mean loss``, ``p-value`` and ``in the set`` (p-value above
        1 - level).

    Raises
    ------
    ValueError
        If there are fewer than two forecasts, two have the same losses, shapes differ,
        ``block`` does not fit or ``level`` is not between 0 and 1.
    """
    from arch.bootstrap import MCS

    between_0_and_1(level=level)
    at_least(1, block=block)
    if len(losses) < 2:
        raise ValueError(f"losses has {len(losses)} forecasts; give two or more.")
    table = pd.DataFrame(dict(zip(losses, _points(max(10, 4 * block), **losses))))
    twins = table.T.duplicated()
    if twins.any():
        raise ValueError(
            f"{twins.idxmax()!r} has the same losses as a forecast before it; leave one out."
        )
    procedure = MCS(table, size=1 - level, block_size=block, method="max", seed=seed)
    procedure.compute()
    result = table.mean().to_frame("mean loss").rename_axis("forecast")
    result["p-value"] = procedure.pvalues["Pvalue"]
    result["in the set"] = result["p-value"] > 1 - level
    return result.sort_values("mean loss")


def _points(least: int, **values: np.ndarray) -> list[np.ndarray]:
    """The named values as ``(n,)`` of one length, finite, n not smaller than ``least``."""
    arrays = [np.asarray(array, dtype=float) for array in values.values()]
    for name, array in zip(values, arrays):
        if array.ndim != 1 or array.shape != arrays[0].shape or not np.isfinite(array).all():
            raise ValueError(
                f"{name} has shape {array.shape}; it must be (n,), finite, and of the same length "
                "as the others."
            )
    if len(arrays[0]) < least:
        raise ValueError(
            f"there are {len(arrays[0])} values; {least} or more are needed for these settings."
        )
    return arrays
