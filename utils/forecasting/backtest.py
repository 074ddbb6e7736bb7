"""One backtest for all forecasts: rolling origins, a stated refit policy, errors that compare.

An origin is a moment at which a forecast is made. What lies before its cut-off is known, what
lies behind is not. Series are ``(n,)`` or ``(n, features)``, oldest first, without NaN.

A forecaster is a function ``fit(train)`` that learns from the training part alone and returns a
function ``predict``. Scalers are fitted inside ``fit``, so that they too know the training part
only (:func:`fit_scaler`)::

    def fit(train):                       # (steps[, features]): all that may be learnt from
        scaler = fit_scaler(train)
        ...                               # train a network on scaler.scale(train)
        def predict(history):             # (steps[, features]): all that is known at the origin
            return scaler.unscale(...)    # (gap + horizon,): the steps that follow
        return predict

    origins = rolling_origins(len(series), horizon=12, first=406, refit_every=None)
    forecast = run(series, origins, fit)  # (origins, 12)

``utils.forecasting.baselines`` has forecasters of this form.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from scipy import stats

from utils import metrics
from utils.plotting import COLOURS

Predict = Callable[[np.ndarray], np.ndarray]
Fit = Callable[[np.ndarray], Predict]


@dataclass(frozen=True)
class Origin:
    """A moment at which a forecast is made; slices of the series, in steps.

    ``train`` is what the model in use was fitted on. It ends at the cut-off if the model is
    fitted anew here (``refit``), and at an earlier origin's cut-off if it is not. ``history``
    begins with ``train`` and ends at the cut-off: the inputs of the forecast. Then come the
    ``gap``, which nobody sees and nobody is scored on, and ``test``.
    """

    train: slice
    history: slice
    gap: slice
    test: slice
    refit: bool

    @property
    def cutoff(self) -> int:
        """The first step that is not known."""
        return self.history.stop


# Origins


def rolling_origins(
    n: int,
    horizon: int,
    first: int,
    *,
    step: int = 1,
    gap: int = 0,
    window: int | None = None,
    refit_every: int | None = 1,
) -> list[Origin]:
    """All origins whose test part still fits into the series.

    Parameters
    ----------
    n
        Length of the series.
    horizon
        Steps that are forecast and scored at each origin.
    first
        Cut-off of the first origin: this many steps are known then.
    step
        From one origin to the next.
    gap
        Steps between the cut-off and the first step that is scored: values that would not be
        known in time, or that are too much like the last known one.
    window
        Fit on the last ``window`` steps only; by default on everything before the cut-off.
    refit_every
        The refit policy. 1: a new model at every origin. k: at every k-th. None: at the first
        origin only; later origins bring new inputs to the same model.

    Raises
    ------
    ValueError
        If a size is not positive or no origin fits.
    """
    sizes = {"n": n, "horizon": horizon, "first": first, "step": step}
    sizes |= {"window": 1 if window is None else window}
    sizes |= {"refit_every": 1 if refit_every is None else refit_every}
    for name, value in sizes.items():
        if value < 1:
            raise ValueError(f"{name} is {value}; it must be 1 or more.")
    if gap < 0:
        raise ValueError(f"gap is {gap}; it must be 0 or more.")
    if first + gap + horizon > n:
        raise ValueError(
            f"first = {first}, gap = {gap} and horizon = {horizon} need {first + gap + horizon} "
            f"steps, and the series has {n}: no origin fits. Begin earlier or forecast less far."
        )
    origins: list[Origin] = []
    for number, cutoff in enumerate(range(first, n - gap - horizon + 1, step)):
        refit = number == 0 or (refit_every is not None and number % refit_every == 0)
        if refit:
            train = slice(0 if window is None else max(0, cutoff - window), cutoff)
        origins.append(
            Origin(
                train=train,
                history=slice(train.start, cutoff),
                gap=slice(cutoff, cutoff + gap),
                test=slice(cutoff + gap, cutoff + gap + horizon),
                refit=refit,
            )
        )
    return origins


def truths(series: np.ndarray, origins: Sequence[Origin], target: int | None = None) -> np.ndarray:
    """What happened in the test part of each origin: ``(origins, horizon)``.

    Parameters
    ----------
    series
        Shape ``(n,)`` or ``(n, features)``.
    origins
        From :func:`rolling_origins`.
    target
        The feature that is forecast. None keeps all: ``(origins, horizon, features)``.
    """
    series = _checked(series, origins)
    if target is not None:
        series = _feature(series, target)
    return np.stack([series[origin.test] for origin in origins])


def run(
    series: np.ndarray,
    origins: Sequence[Origin],
    fit: Fit,
    *,
    inputs: int | None = None,
    target: int | None = None,
) -> np.ndarray:
    """Forecasts of one forecaster at every origin, in the unit of the series.

    ``fit`` and ``predict`` are handed copies of what they may see and nothing else. A forecaster
    that knows the series from elsewhere can still cheat; :func:`find_leaks` finds out.

    Parameters
    ----------
    series
        Shape ``(n,)`` or ``(n, features)``.
    origins
        From :func:`rolling_origins`; the refit policy is theirs.
    fit
        ``fit(train) -> predict``, called at the origins that refit.
    inputs
        None: ``predict(history)`` is called at each origin with all that is known and returns
        ``(gap + horizon,)``. A number: ``predict(histories)`` is called once for all origins
        that share a fit, with their last ``inputs`` steps ``(origins, inputs[, features])``, and
        returns ``(origins, gap + horizon)``: one batch for a network.
    target
        The feature that is forecast. None for a series ``(n,)``, or to forecast all features:
        results then end in ``features``.

    Returns
    -------
    np.ndarray
        Shape ``(origins, horizon)``, or ``(origins, horizon, features)``; forecasts of the steps
        in the gap are dropped.

    Raises
    ------
    ValueError
        If a forecast has the wrong shape or is not finite, or too little is known for
        ``inputs``.
    """
    series = _checked(series, origins)
    if target is not None:
        _feature(series, target)
    if inputs is not None and not 1 <= inputs <= (least := _shortest(origins)):
        raise ValueError(f"inputs is {inputs}; it must be from 1 to {least}, the shortest history.")
    gap = _length(origins[0].gap)
    ahead = gap + _length(origins[0].test)
    tail = series.shape[1:] if target is None else ()
    forecasts = []
    for group in _groups(origins):
        predict = fit(series[group[0].train].copy())
        if inputs is None:
            made = [np.asarray(predict(series[origin.history].copy())) for origin in group]
            for values in made:
                _require_shape(values.shape, (ahead, *tail))
        else:
            known = [series[origin.history][-inputs:] for origin in group]
            made = np.asarray(predict(np.stack(known)))
            _require_shape(made.shape, (len(group), ahead, *tail))
        forecasts.extend(values[gap:] for values in made)
    result = np.stack(forecasts).astype(float)
    if not np.isfinite(result).all():
        where = int(np.argwhere(~np.isfinite(result))[0][0])
        raise ValueError(f"the forecast of origin {where} is not finite; look at predict there.")
    return result


def find_leaks(
    series: np.ndarray,
    origins: Sequence[Origin],
    pipeline: Callable[[np.ndarray], np.ndarray],
    at: Sequence[int] | None = None,
    seed: int = 0,
) -> list[int]:
    """Origins whose forecast changes when the values from their cut-off on are changed.

    Whatever way the future leaks (a scaler fitted on everything, a window too long, a smoothed
    input, a global variable), it shows in this test, as long as the pipeline is given the
    series and goes all the way.

    Parameters
    ----------
    series
        Shape ``(n,)`` or ``(n, features)``.
    origins
        From :func:`rolling_origins`.
    pipeline
        The whole way from the raw series to the forecasts ``(origins, ...)``, the same every
        time: ``lambda series: run(series, origins, fit)``.
    at
        Positions of the origins to try, each a run of the pipeline; by default first, middle,
        last.

    Returns
    -------
    list[int]
        Positions of origins that saw values they should not know, in order; empty if none did.
    """
    series = _checked(series, origins)
    if at is None:
        at = sorted({0, len(origins) // 2, len(origins) - 1})
    rng = np.random.default_rng(seed)
    before = np.asarray(pipeline(series.copy()))
    if len(before) != len(origins):
        raise ValueError(
            f"pipeline returned {len(before)} forecasts for {len(origins)} origins; it must "
            "return one for each."
        )
    found: set[int] = set()
    for position in at:
        changed = series.copy()
        future = changed[origins[position].cutoff :]
        # Shuffled and stretched: other values, and plausible ones (none changes its sign).
        future[:] = 1.5 * rng.permutation(future)
        after = np.asarray(pipeline(changed))
        # Origins up to this one know nothing of what was changed.
        for earlier in range(position + 1):
            if not np.allclose(before[earlier], after[earlier], rtol=1e-5, atol=1e-8):
                found.add(earlier)
    return sorted(found)


# Scaling


@dataclass(frozen=True)
class Scaler:
    """Shift and factor of each feature, from :func:`fit_scaler`; undone by :meth:`unscale`."""

    shift: np.ndarray
    factor: np.ndarray

    def scale(self, values: np.ndarray) -> np.ndarray:
        """Shape ``(..., features)``, or any shape if it was fitted on one series."""
        return (np.asarray(values) - self.shift) / self.factor

    def unscale(self, values: np.ndarray, feature: int | None = None) -> np.ndarray:
        """The way back; ``feature`` if the values are of that one alone, of any shape."""
        if feature is None:
            return np.asarray(values) * self.factor + self.shift
        return np.asarray(values) * self.factor[feature] + self.shift[feature]


def fit_scaler(train: np.ndarray, kind: str = "standard") -> Scaler:
    """Learn a scale from the training part; call it inside ``fit``.

    Parameters
    ----------
    train
        Shape ``(steps,)`` or ``(steps, features)``.
    kind
        ``"standard"``: mean 0 and standard deviation 1. ``"minmax"``: from 0 to 1 in the training
        part, and beyond 1 as soon as a trend goes on.
    """
    train = np.asarray(train, dtype=float)
    if kind == "standard":
        shift, factor = train.mean(axis=0), train.std(axis=0)
    elif kind == "minmax":
        shift = train.min(axis=0)
        factor = train.max(axis=0) - shift
    else:
        raise ValueError(f"kind is {kind!r}; it must be 'standard' or 'minmax'.")
    return Scaler(shift, np.where(factor > 0, factor, 1.0))  # a constant stays constant


# Errors


def errors(
    truth: np.ndarray,
    forecasts: dict[str, np.ndarray],
    train: np.ndarray | None = None,
    season: int = 1,
) -> pd.DataFrame:
    """One row a forecaster: MAE and RMSE in the unit of the data, MASE without unit.

    Parameters
    ----------
    truth
        Shape ``(origins, horizon)``, from :func:`truths`.
    forecasts
        Name to ``(origins, horizon)``, or ``(seeds, origins, horizon)`` for what depends on a
        seed: then the mean over seeds, and in the column after it their standard deviation.
    train, season
        The part of the series before the first origin; with it the table has MASE (see
        ``utils.metrics.mase``), whose scale is the mean absolute change over ``season`` steps.
    """
    measures: dict[str, Callable[[np.ndarray], float]] = {
        "MAE": lambda forecast: metrics.mae(truth, forecast),
        "RMSE": lambda forecast: metrics.rmse(truth, forecast),
    }
    if train is not None:
        measures["MASE"] = lambda forecast: metrics.mase(truth, forecast, train, season)
    rows = {}
    for name, by_seed in _by_seed(truth, forecasts).items():
        row: dict[str, float] = {}
        for measure, of in measures.items():
            values = [of(forecast) for forecast in by_seed]
            row[measure] = float(np.mean(values))
            row[f"{measure} ±"] = float(np.std(values, ddof=1)) if len(values) > 1 else np.nan
        rows[name] = row | {"seeds": len(by_seed)}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("forecast")


def errors_by_lead(
    truth: np.ndarray, forecasts: dict[str, np.ndarray], measure: str = "MAE"
) -> pd.DataFrame:
    """Error at each step ahead, mean over seeds: rows are leads 1 to horizon, columns forecasts.

    Parameters
    ----------
    truth, forecasts
        As for :func:`errors`.
    measure
        ``"MAE"`` or ``"RMSE"``, in the unit of the data.
    """
    if measure not in ("MAE", "RMSE"):
        raise ValueError(f"measure is {measure!r}; it must be 'MAE' or 'RMSE'.")
    columns = {}
    for name, by_seed in _by_seed(truth, forecasts).items():
        wrong = by_seed - truth
        columns[name] = (
            np.abs(wrong).mean(axis=(0, 1))
            if measure == "MAE"
            else np.sqrt((wrong**2).mean(axis=1)).mean(axis=0)
        )
    leads = pd.RangeIndex(1, np.shape(truth)[1] + 1, name="steps ahead")
    return pd.DataFrame(columns, index=leads)


# Is it better?


@dataclass(frozen=True)
class Comparison:
    """Two forecasts of the same truth; a negative difference says that the first is better.

    ``loss_first`` and ``loss_second`` are mean losses, ``difference`` the first minus the second,
    with its bootstrap ``interval`` of level ``level`` over origins. ``statistic`` and ``p_value``
    are Diebold and Mariano's, ``related`` the number of following origins whose errors share
    something with one's own, ``block`` the length of the blocks of the bootstrap.
    """

    loss_first: float
    loss_second: float
    difference: float
    interval: tuple[float, float]
    statistic: float
    p_value: float
    origins: int
    related: int
    block: int
    level: float

    @property
    def better(self) -> str:
        """``"first"`` or ``"second"`` if test and interval agree that it is, else ``"neither"``."""
        low, high = self.interval
        if self.p_value >= 1 - self.level or low <= 0 <= high:
            return "neither"
        return "first" if self.difference < 0 else "second"

    def __str__(self) -> str:
        """The result as two lines for a reader."""
        low, high = self.interval
        p = "p < 0.001" if self.p_value < 0.001 else f"p = {self.p_value:.2g}"
        return (
            f"{self.loss_first:.3g} against {self.loss_second:.3g}: difference "
            f"{self.difference:.2g}, {self.level:.0%} interval from {low:.2g} to {high:.2g}\n"
            f"({self.origins} origins, blocks of {self.block}; Diebold-Mariano {p}; "
            f"better: {self.better})"
        )


def compare(
    truth: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
    origins: Sequence[Origin],
    *,
    loss: str = "absolute",
    level: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> Comparison:
    """Is one forecast better than another, or could the difference be these origins' luck?

    At each origin the losses of all steps (and seeds) are averaged and subtracted. Origins closer
    together than a forecast is long are wrong about the same surprises, so their differences are
    not independent; both answers take that into account.

    The test is that of Diebold & Mariano 1995 ("Comparing predictive accuracy") with the
    correction for few origins of Harvey, Leybourne & Newbold 1997 ("Testing the equality of
    prediction mean squared errors"), see :func:`diebold_mariano`. The interval comes from a
    circular block bootstrap over origins (``arch.bootstrap``): the standard error of its resampled
    means, and Student's t with as many degrees of freedom as there are blocks. Blocks are twice
    as long as the overlap, or as Politis & White's rule for the differences if that is longer.

    How often equally good forecasts are called different, in simulations where it should be 5 %:
    for one-step forecasts both answers 5 to 7 %; for 12 steps and 109 overlapping origins the test
    10 %, the interval 6 to 7 %. Therefore ``better`` asks both, and a p of 0.03 alone says little.
    Losses can also be related for longer than forecasts overlap, in calm and in rough times: the
    blocks look for that, the test does not.

    What is tested is the forecasts, not the method behind them: how much a network depends on
    its seed is the business of :func:`errors`.

    Parameters
    ----------
    truth
        Shape ``(origins, horizon)``.
    first, second
        Shape ``(origins, horizon)`` or ``(seeds, origins, horizon)``.
    origins
        Those of the forecasts: how far apart they are, and how far they look.
    loss
        ``"absolute"`` or ``"squared"``.
    level
        Of the interval.
    resamples, seed
        Of the bootstrap.
    """
    from arch.bootstrap import CircularBlockBootstrap

    if loss not in ("absolute", "squared"):
        raise ValueError(f"loss is {loss!r}; it must be 'absolute' or 'squared'.")
    if not 0 < level < 1:
        raise ValueError(f"level is {level}; it must lie between 0 and 1, for instance 0.95.")
    if len(origins) != len(truth) or len(truth) < 10:
        raise ValueError(
            f"origins are {len(origins)} and truth has {len(truth)} rows; they must be equally "
            "many, and 10 or more, or nothing can be said."
        )
    power = 1 if loss == "absolute" else 2
    means = [
        (np.abs(by_seed - truth) ** power).mean(axis=(0, 2))
        for by_seed in _by_seed(truth, {"first": first, "second": second}).values()
    ]
    differences = means[0] - means[1]
    related = overlap(origins)
    statistic, p_value = diebold_mariano(differences, related + 1)
    block = _block(differences, related)
    blocks = len(differences) / block
    bootstrap = CircularBlockBootstrap(block, differences, seed=np.random.default_rng(seed))
    means_of_resamples = bootstrap.apply(np.mean, resamples)
    error = means_of_resamples.std(ddof=1) * np.sqrt(blocks / (blocks - 1))
    reach = float(stats.t.ppf((1 + level) / 2, blocks) * error)
    difference = float(differences.mean())
    return Comparison(
        loss_first=float(means[0].mean()),
        loss_second=float(means[1].mean()),
        difference=difference,
        interval=(difference - reach, difference + reach),
        statistic=statistic,
        p_value=p_value,
        origins=len(differences),
        related=related,
        block=block,
        level=level,
    )


def diebold_mariano(differences: np.ndarray, horizon: int = 1) -> tuple[float, float]:
    """Test of "the mean difference of losses is zero"; negative if the first one loses less.

    The variance of the mean counts autocovariances up to ``horizon - 1`` in full, as an optimal
    forecast ``horizon`` steps ahead would have them. Where that gives no positive variance, they
    are counted with Bartlett's falling weights, which always do. The statistic is multiplied by
    sqrt((n + 1 - 2h + h(h-1)/n) / n) and compared with Student's t with n - 1 degrees of freedom
    (Harvey, Leybourne & Newbold 1997).

    Parameters
    ----------
    differences
        Shape ``(n,)``: loss of the first minus loss of the second, in the order of time.
    horizon
        How many neighbours share a surprise, the value itself included; 1 for one-step
        forecasts. Less than half of n, or the test has nothing to stand on.

    Returns
    -------
    statistic, p_value
        Two-sided. 0 and 1 if the differences are zero everywhere.
    """
    differences = np.asarray(differences, dtype=float)
    n = len(differences)
    if differences.ndim != 1 or not np.isfinite(differences).all():
        raise ValueError("differences must be (n,) without NaN: one number for each origin.")
    if not 1 <= horizon < n / 2:
        raise ValueError(
            f"horizon is {horizon} and there are {n} differences; it must be at least 1 and less "
            "than half of them. Use more origins, or origins further apart."
        )
    mean = differences.mean()
    if not differences.any():
        return 0.0, 1.0
    if np.ptp(differences) == 0:
        raise ValueError(
            f"all differences are {mean:g}; without any spread there is no test. One forecast is "
            "better at every origin by the same amount, or the two are not of the same truth."
        )
    centred = differences - mean
    covariances = np.array([centred[lag:] @ centred[: n - lag] / n for lag in range(horizon)])
    variance = (covariances[0] + 2 * covariances[1:].sum()) / n
    if variance <= 0:
        weights = 1 - np.arange(horizon) / horizon
        variance = (2 * weights @ covariances - covariances[0]) / n
    correction = (n + 1 - 2 * horizon + horizon * (horizon - 1) / n) / n
    statistic = mean / np.sqrt(variance) * np.sqrt(correction)
    return float(statistic), float(2 * stats.t.sf(abs(statistic), n - 1))


def _block(differences: np.ndarray, related: int) -> int:
    """Length of the blocks that keep together what belongs together; at most half of all."""
    from arch.bootstrap import optimal_block_length

    block = 2 * (related + 1) if related else 1
    if np.ptp(differences) > 0:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about stretches that do not vary
            rule = float(optimal_block_length(differences)["circular"].iloc[0])
        block = max(block, round(rule)) if np.isfinite(rule) else block
    return max(1, min(block, len(differences) // 2))


def overlap(origins: Sequence[Origin]) -> int:
    """How many later origins are made before this one's last step is known; 0 if none is."""
    cutoffs = np.array([origin.cutoff for origin in origins])
    return int(np.sum((cutoffs > cutoffs[0]) & (cutoffs < origins[0].test.stop)))


# Drawing


def draw(
    origins: Sequence[Origin],
    times: Sequence | np.ndarray | pd.Index | None = None,
    *,
    rows: int = 10,
    title: str = "",
) -> Figure:
    """Which steps are learnt from, which are only looked at, the gap and the test: a row each.

    Parameters
    ----------
    origins
        From :func:`rolling_origins`.
    times
        When each step of the series is: dates or numbers, at least as many as are used. By
        default steps are counted.
    rows
        At most this many origins are drawn, the first and the last among them.
    """
    if rows < 1:
        raise ValueError(f"rows is {rows}; draw at least one origin.")
    end = origins[-1].test.stop
    if times is None:
        edges, label = np.arange(end + 1), "step"
    else:
        times, label = pd.Index(times), ""
        if len(times) < end:
            raise ValueError(f"times has {len(times)} entries and the origins use {end} steps.")
        # A bar ends where the next step begins; the last step is as wide as the one before.
        edges = times[:end].append(times[end - 1 : end] + (times[1:2] - times[:1]))
    chosen = np.unique(np.linspace(0, len(origins) - 1, min(rows, len(origins))).astype(int))
    kinds = {
        "learnt from": {"color": COLOURS["blue"]},
        "input only": {"facecolor": "white", "edgecolor": COLOURS["blue"], "hatch": "////"},
        "gap": {"facecolor": "white", "edgecolor": COLOURS["grey"], "linestyle": ":"},
        "test": {"color": COLOURS["orange"]},
    }
    used = []
    figure, axes = plt.subplots(figsize=(9, 1.3 + 0.3 * len(chosen)))
    for row, number in enumerate(chosen):
        origin = origins[number]
        parts = (origin.train, slice(origin.train.stop, origin.cutoff), origin.gap, origin.test)
        for (name, style), part in zip(kinds.items(), parts, strict=True):
            if _length(part):
                start, stop = edges[part.start], edges[part.stop]
                axes.barh(row, stop - start, left=start, height=0.7, **style)
                used.append(name)
    axes.set_yticks(range(len(chosen)), [f"{number + 1}" for number in chosen])
    axes.invert_yaxis()
    axes.set(xlabel=label, ylabel="origin")
    axes.set_title(title, pad=28)
    axes.grid(axis="y", visible=False)
    handles = [Patch(label=name, **style) for name, style in kinds.items() if name in used]
    axes.legend(handles=handles, loc="lower left", bbox_to_anchor=(0, 1), ncols=4)
    return figure


# What the functions above share


def _length(part: slice) -> int:
    return part.stop - part.start


def _shortest(origins: Sequence[Origin]) -> int:
    return min(_length(origin.history) for origin in origins)


def _groups(origins: Sequence[Origin]) -> list[list[Origin]]:
    """Origins that share a fit, in order."""
    groups: list[list[Origin]] = []
    for origin in origins:
        if origin.refit or not groups:
            groups.append([])
        groups[-1].append(origin)
    return groups


def _checked(series: np.ndarray, origins: Sequence[Origin]) -> np.ndarray:
    series = np.asarray(series, dtype=float)
    if series.ndim not in (1, 2):
        raise ValueError(f"series has shape {series.shape}; it must be (n,) or (n, features).")
    if not len(origins):
        raise ValueError("origins is empty; make some with rolling_origins.")
    if origins[-1].test.stop > len(series):
        raise ValueError(
            f"the last origin is tested up to step {origins[-1].test.stop}, and series has "
            f"{len(series)}; make the origins with n=len(series)."
        )
    if not np.isfinite(series).all():
        where = int(np.argwhere(~np.isfinite(series))[0][0])
        raise ValueError(f"series is not finite at step {where}; fill or cut it off first.")
    return series


def _feature(series: np.ndarray, target: int) -> np.ndarray:
    if series.ndim == 1 or not 0 <= target < series.shape[1]:
        features = "one series" if series.ndim == 1 else f"features 0 to {series.shape[1] - 1}"
        raise ValueError(
            f"target is {target}, and series has {features}; leave it out or choose one of these."
        )
    return series[:, target]


def _require_shape(shape: tuple[int, ...], expected: tuple[int, ...]) -> None:
    if shape != expected:
        raise ValueError(
            f"predict returned shape {shape}; it must be {expected}, one value for each step from "
            "the cut-off on, those of the gap included."
        )


def _by_seed(truth: np.ndarray, forecasts: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Every forecast as ``(seeds, origins, horizon)``."""
    if np.ndim(truth) != 2:
        raise ValueError(
            f"truth has shape {np.shape(truth)}; it must be (origins, horizon). Choose one feature "
            "with [..., k]; make a column of single steps with [:, None]."
        )
    result = {}
    for name, values in forecasts.items():
        values = np.asarray(values, dtype=float)
        if values.shape[-2:] != np.shape(truth) or values.ndim not in (2, 3):
            raise ValueError(
                f"forecast {name!r} has shape {values.shape}; with truth {np.shape(truth)} it must "
                f"be {np.shape(truth)} or {('seeds', *np.shape(truth))}."
            )
        result[name] = values if values.ndim == 3 else values[None]
    return result
