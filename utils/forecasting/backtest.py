"""One backtest for all forecasts: rolling origins, a refit policy, errors that compare.

An origin is a moment at which a forecast is made. What lies before its cut-off is known. Series
are ``(n,)`` or ``(n, features)``, oldest first, without missing values.

A forecaster is a function ``fit(train)`` that learns from the training part only and returns a
function ``predict``. Scalers are fitted inside ``fit``::

    def fit(train):                       # (steps[, features]): all that may be learnt from
        scaler = StandardScaler().fit(train[:, None])
        ...                               # train a network
        def predict(history):             # (steps[, features]): all that is known at the origin
            return ...                    # (gap + horizon,): the steps that follow
        return predict

    origins = rolling_origins(len(series), horizon=12, first=406, refit_every=None)
    forecast = run(series, origins, fit)  # (origins, 12)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from utils.forecasting._checks import as_series, at_least, by_seed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Predict = Callable[[np.ndarray], np.ndarray]
Fit = Callable[[np.ndarray], Predict]


@dataclass(frozen=True)
class Origin:
    """A moment at which a forecast is made; its parts are slices of the series.

    ``train`` is what the model in use was fitted on, and ``history`` all that is known, the
    inputs of the forecast; both begin at the same step. ``test`` is what is forecast and scored.
    """

    train: slice
    history: slice
    test: slice

    @property
    def cutoff(self) -> int:
        """The first step that is not known."""
        return self.history.stop

    @property
    def gap(self) -> slice:
        """Steps between the cut-off and the test part, neither known nor scored."""
        return slice(self.history.stop, self.test.start)

    @property
    def refit(self) -> bool:
        """Whether a new model is fitted here."""
        return self.train.stop == self.history.stop


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
        Steps from one origin to the next.
    gap
        Steps between the cut-off and the first step that is scored.
    window
        Fit on the last ``window`` steps only; by default on everything before the cut-off.
    refit_every
        1: a new model at every origin. k: at every k-th. None: at the first origin only; later
        origins bring new inputs to the same model.

    Raises
    ------
    ValueError
        If a size is not positive (``gap``: negative) or no origin fits.
    """
    sizes = {"n": n, "horizon": horizon, "first": first, "step": step}
    at_least(1, **sizes, window=window, refit_every=refit_every)
    at_least(0, gap=gap)
    if first + gap + horizon > n:
        raise ValueError(
            f"first = {first}, gap = {gap} and horizon = {horizon} need {first + gap + horizon} "
            f"steps, and the series has {n}: no origin fits. Begin earlier or forecast less far."
        )
    origins: list[Origin] = []
    for number, cutoff in enumerate(range(first, n - gap - horizon + 1, step)):
        if number % (refit_every or n) == 0:
            train = slice(0 if window is None else max(0, cutoff - window), cutoff)
        test = slice(cutoff + gap, cutoff + gap + horizon)
        origins.append(Origin(train, slice(train.start, cutoff), test))
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

    Raises
    ------
    ValueError
        If the series is shorter than the origins need, has missing values or no such feature.
    """
    series = _checked(series, origins, target)
    return np.stack([series[o.test] if target is None else series[o.test, target] for o in origins])


def run(
    series: np.ndarray,
    origins: Sequence[Origin],
    fit: Fit,
    *,
    inputs: int | None = None,
    target: int | None = None,
) -> np.ndarray:
    """Forecasts of one forecaster at every origin, in the unit of the series.

    ``fit`` and ``predict`` are given copies of what they may see and nothing else.

    Parameters
    ----------
    series
        Shape ``(n,)`` or ``(n, features)``.
    origins
        From :func:`rolling_origins`, which also sets the refit policy.
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
        If a forecast has the wrong shape or is not finite, if ``inputs`` is more than is known,
        or as in :func:`truths`.
    """
    series = _checked(series, origins, target)
    shortest = min(origin.cutoff - origin.history.start for origin in origins)
    if inputs is not None and not 1 <= inputs <= shortest:
        raise ValueError(
            f"inputs is {inputs}; it must be from 1 to {shortest}, the shortest history."
        )
    gap = origins[0].test.start - origins[0].cutoff
    ahead = origins[0].test.stop - origins[0].cutoff
    tail = series.shape[1:] if target is None else ()
    forecasts: list[np.ndarray] = []
    starts = [number for number, origin in enumerate(origins) if origin.refit or number == 0]
    for start, stop in zip(starts, [*starts[1:], len(origins)]):
        group = origins[start:stop]  # origins that share a fit
        predict = fit(series[group[0].train].copy())
        if inputs is None:
            made = np.stack([predict(series[origin.history].copy()) for origin in group])
        else:
            made = np.asarray(predict(np.stack([series[o.history][-inputs:] for o in group])))
        if made.shape != (len(group), ahead, *tail):
            returned = made.shape[1:] if inputs is None else made.shape
            expected = (ahead, *tail) if inputs is None else (len(group), ahead, *tail)
            raise ValueError(
                f"predict returned shape {returned}; it must be {expected}, one value for each "
                "step from the cut-off on, those of the gap included."
            )
        forecasts.append(made[:, gap:])
    result = np.concatenate(forecasts).astype(float)
    finite = np.isfinite(result).reshape(len(result), -1).all(axis=1)
    if not finite.all():
        raise ValueError(f"the forecast of origin {finite.argmin()} is not finite.")
    return result


def find_leaks(
    series: np.ndarray,
    origins: Sequence[Origin],
    pipeline: Callable[[np.ndarray], np.ndarray],
    at: Sequence[int] | None = None,
    seed: int = 0,
) -> list[int]:
    """Origins whose forecast changes when the values from a cut-off on are changed.

    The future is changed three times: its steps are shuffled, then shuffled and raised, then
    shuffled and lowered, so that both ends of its range move. Features that are never negative
    are raised and lowered by a factor of 10; others by twice their range, so that all their
    signs change too.

    A leak that is found is one. Finding none proves nothing: a leak may need a change that is
    not among these, may lie before ``pipeline`` (in data prepared from the whole series, in a
    size chosen on the test years), or may be too small (relative change up to 1e-5).

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
        Positions of the origins whose future is changed; by default first, middle, last. The
        pipeline runs once, and three times for each of them.
    seed
        Of the shuffling.

    Returns
    -------
    list[int]
        Positions of origins that saw values they should not know, in order.

    Raises
    ------
    ValueError
        If the pipeline does not return one forecast for each origin, or as in :func:`truths`.
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
        for changed in _other_futures(series, origins[position].cutoff, rng):
            after = np.asarray(pipeline(changed))
            # No origin up to this one knows anything of what was changed.
            for number, (old, new) in enumerate(zip(before[: position + 1], after)):
                if not np.allclose(old, new, rtol=1e-5, atol=1e-8, equal_nan=True):
                    found.add(number)
    return sorted(found)


def _other_futures(
    series: np.ndarray, cutoff: int, rng: np.random.Generator
) -> Iterator[np.ndarray]:
    """Copies of the series with other values from the cut-off on.

    Steps are moved as a whole and features without negative values share one factor, so that
    the high of a day remains above its low.
    """
    never_negative = (series >= 0).all(axis=0)
    reach = 2 * np.ptp(series, axis=0)
    for factor, sign in ((1, 0), (10, 1), (0.1, -1)):
        shuffled = rng.permutation(series[cutoff:])
        changed = series.copy()
        changed[cutoff:] = np.where(never_negative, factor * shuffled, shuffled + sign * reach)
        yield changed


def mase(truth: np.ndarray, forecast: np.ndarray, train: np.ndarray, season: int = 1) -> float:
    """Mean absolute scaled error, without unit.

    The mean absolute error divided by that of the (seasonal) naive forecast, one season ahead,
    on the training part (Hyndman & Koehler 2006, "Another look at measures of forecast
    accuracy").

    Parameters
    ----------
    truth, forecast
        Equal shapes.
    train
        The training series, shape ``(n,)`` with n above ``season``.
    season
        Steps in a season; 1 compares with the last value.

    Raises
    ------
    ValueError
        If shapes differ, ``season`` does not fit into ``train``, or ``train`` never changes.
    """
    train = np.asarray(train, dtype=float)
    if not 1 <= season < len(train):
        raise ValueError(f"season is {season}; it must be from 1 to {len(train) - 1}.")
    scale = np.abs(train[season:] - train[:-season]).mean()
    if scale == 0:
        raise ValueError("train repeats itself exactly every season; MASE is not defined.")
    if np.shape(truth) != np.shape(forecast):
        raise ValueError(
            f"truth has shape {np.shape(truth)} and forecast {np.shape(forecast)}; they must be "
            "equal."
        )
    return float(np.abs(np.subtract(truth, forecast)).mean() / scale)


def error_table(
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
        The part of the series before the first origin; with it the table has :func:`mase`.

    Raises
    ------
    ValueError
        If shapes do not fit, or as in :func:`mase`.
    """
    truth = np.asarray(truth)
    measures = {
        "MAE": lambda forecast: np.abs(truth - forecast).mean(),
        "RMSE": lambda forecast: np.sqrt(((truth - forecast) ** 2).mean()),
    }
    if train is not None:
        measures["MASE"] = lambda forecast: mase(truth, forecast, train, season)
    rows = {}
    for name, forecast in forecasts.items():
        seeds = by_seed(truth, forecast, name)
        rows[name] = {}
        for measure, error in measures.items():
            values = [error(values) for values in seeds]
            rows[name][measure] = np.mean(values)
            rows[name][f"{measure} sd"] = np.std(values, ddof=1) if len(seeds) > 1 else np.nan
        rows[name]["seeds"] = len(seeds)
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("forecast")


def error_by_horizon(
    truth: np.ndarray, forecasts: dict[str, np.ndarray], measure: str = "MAE"
) -> pd.DataFrame:
    """Error at each step ahead, mean over seeds: rows are steps 1 to horizon, columns forecasts.

    Parameters
    ----------
    truth, forecasts
        As for :func:`error_table`.
    measure
        ``"MAE"`` or ``"RMSE"``, in the unit of the data.

    Raises
    ------
    ValueError
        If shapes do not fit or the measure is another.
    """
    if measure not in ("MAE", "RMSE"):
        raise ValueError(f"measure is {measure!r}; it must be 'MAE' or 'RMSE'.")
    if np.ndim(truth) != 2:
        raise ValueError(f"truth has shape {np.shape(truth)}; it must be (origins, horizon).")
    power = 1 if measure == "MAE" else 2
    columns = {}
    for name, forecast in forecasts.items():
        wrong = np.abs(by_seed(truth, forecast, name) - truth)
        columns[name] = ((wrong**power).mean(axis=1) ** (1 / power)).mean(axis=0)
    steps = pd.RangeIndex(1, np.shape(truth)[1] + 1, name="steps ahead")
    return pd.DataFrame(columns, index=steps)


def plot_origins(
    origins: Sequence[Origin],
    times: Sequence | np.ndarray | pd.Index | None = None,
    *,
    rows: int = 10,
    title: str = "",
) -> Figure:
    """Training part, further inputs, gap and test part of each origin: a row each.

    Parameters
    ----------
    origins
        From :func:`rolling_origins`.
    times
        Dates or numbers of the steps of the series. By default steps are counted.
    rows
        At most this many origins are drawn, the first and the last among them.
    title
        Above the figure.

    Raises
    ------
    ValueError
        If ``times`` is shorter than the origins need, or ``rows`` is not positive.
    """
    import matplotlib.pyplot as plt
    from matplotlib.patches import Patch

    from utils.plotting import COLOURS

    at_least(1, rows=rows)
    end = origins[-1].test.stop
    edges = pd.RangeIndex(end + 1) if times is None else pd.Index(times)[:end]
    if len(edges) < end:
        raise ValueError(f"times has {len(edges)} entries and the origins use {end} steps.")
    if times is not None:  # the last step ends as long after its start as the first one
        edges = edges.append(edges[-1:] + (edges[1] - edges[0]))
    kinds = {
        "training": {"color": COLOURS["blue"]},
        "input only": {"facecolor": "white", "edgecolor": COLOURS["blue"], "hatch": "////"},
        "gap": {"facecolor": "white", "edgecolor": COLOURS["grey"], "linestyle": ":"},
        "test": {"color": COLOURS["orange"]},
    }
    chosen = np.unique(np.linspace(0, len(origins) - 1, min(rows, len(origins))).astype(int))
    figure, axes = plt.subplots(figsize=(9, 1.3 + 0.3 * len(chosen)))
    used = set()
    for row, origin in enumerate(origins[number] for number in chosen):
        parts = (origin.train, slice(origin.train.stop, origin.cutoff), origin.gap, origin.test)
        for name, part in zip(kinds, parts):
            if part.start < part.stop:
                left, width = edges[part.start], edges[part.stop] - edges[part.start]
                axes.barh(row, width, left=left, height=0.7, **kinds[name])
                used.add(name)
    axes.set_yticks(range(len(chosen)), [str(number + 1) for number in chosen])
    axes.invert_yaxis()
    axes.set(xlabel="step" if times is None else "", ylabel="origin")
    axes.set_title(title, pad=28)
    axes.grid(axis="y", visible=False)
    handles = [Patch(label=name, **style) for name, style in kinds.items() if name in used]
    axes.legend(handles=handles, loc="lower left", bbox_to_anchor=(0, 1), ncols=4)
    return figure


def _checked(
    series: np.ndarray, origins: Sequence[Origin], target: int | None = None
) -> np.ndarray:
    """The series as floats, long enough for the origins and with the target feature."""
    series = as_series(series).astype(float)
    if not len(origins):
        raise ValueError("origins is empty; make some with rolling_origins.")
    if origins[-1].test.stop > len(series):
        raise ValueError(
            f"the last origin is tested up to step {origins[-1].test.stop}, and series has "
            f"{len(series)}; make the origins with n=len(series)."
        )
    features = series.shape[1] if series.ndim == 2 else 0
    if target is not None and not 0 <= target < features:
        raise ValueError(
            f"target is {target} and series has shape {series.shape}; leave it out for (n,), and "
            "choose one of the features (n, features) otherwise."
        )
    return series
