"""The backtest: what a forecaster may see, and how its errors are counted."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utils.forecasting import baselines
from utils.forecasting.backtest import (
    Origin,
    error_by_horizon,
    error_table,
    find_leaks,
    mase,
    plot_origins,
    rolling_origins,
    run,
    truths,
)

SERIES = np.arange(100.0) + np.random.default_rng(0).standard_normal(100)


# Origins


def test_origins_by_hand():
    origins = rolling_origins(10, horizon=2, first=5, step=2, gap=1, refit_every=2)
    assert origins == [
        Origin(train=slice(0, 5), history=slice(0, 5), test=slice(6, 8)),
        Origin(train=slice(0, 5), history=slice(0, 7), test=slice(8, 10)),
    ]
    assert [o.refit for o in origins] == [True, False]
    assert origins[1].gap == slice(7, 8) and origins[1].cutoff == 7
    # A window moves along when the model is fitted anew.
    origins = rolling_origins(20, 1, 10, window=4, refit_every=5)
    assert [origin.train for origin in origins[::5]] == [slice(6, 10), slice(11, 15)]
    assert origins[3].history == slice(6, 13)


sizes = st.fixed_dictionaries(
    {
        "n": st.integers(5, 60),
        "horizon": st.integers(1, 8),
        "first": st.integers(1, 50),
        "step": st.integers(1, 7),
        "gap": st.integers(0, 5),
        "window": st.none() | st.integers(1, 20),
        "refit_every": st.none() | st.integers(1, 4),
    }
).filter(lambda s: s["first"] + s["gap"] + s["horizon"] <= s["n"])


@settings(max_examples=50, deadline=None)
@given(sizes)
def test_every_origin_keeps_the_order_of_time(size):
    origins = rolling_origins(**size)
    for origin in origins:
        assert 0 <= origin.train.start == origin.history.start < origin.train.stop
        assert origin.train.stop <= origin.cutoff == origin.test.start - size["gap"]
        assert origin.test.stop == origin.test.start + size["horizon"] <= size["n"]
    assert origins[0].refit
    assert origins[-1].test.stop + size["step"] > size["n"]  # one more would not fit


def test_sizes_that_cannot_be():
    for change, message in (
        ({"horizon": 0}, "horizon is 0"),
        ({"window": 0}, "window is 0"),
        ({"refit_every": 0}, "refit_every is 0"),
        ({"gap": -1}, "gap is -1"),
        ({"first": 99}, "no origin fits"),
    ):
        with pytest.raises(ValueError, match=message):
            rolling_origins(**({"n": 100, "horizon": 5, "first": 50} | change))


# Running


def test_what_a_forecaster_is_given():
    origins = rolling_origins(100, 3, 90, step=2, gap=2, window=30, refit_every=2)
    trained, known = [], []

    def fit(train):
        trained.append(train)

        def predict(history):
            known.append(history)
            return history[-1] + np.arange(5)

        return predict

    forecast = run(SERIES, origins, fit)
    assert len(trained) == 2 and all(len(train) == 30 for train in trained)
    assert all(np.array_equal(t, SERIES[o.train]) for t, o in zip(trained, origins[::2]))
    assert all(np.array_equal(k, SERIES[o.history]) for k, o in zip(known, origins))
    # Copies: nothing leads from there to the rest of the series.
    assert all(part.base is None for part in trained + known)
    assert np.array_equal(forecast, [SERIES[o.cutoff - 1] + np.arange(2, 5) for o in origins])


def test_one_batch_for_all_origins_that_share_a_fit():
    series = np.stack([SERIES, -SERIES], axis=1)
    origins = rolling_origins(100, 2, 80, refit_every=10)
    batches = []

    def fit(train):
        def predict(histories):
            batches.append(histories)
            return histories[:, -2:, 1]

        return predict

    forecast = run(series, origins, fit, inputs=7, target=1)
    assert [batch.shape for batch in batches] == [(10, 7, 2), (9, 7, 2)]
    assert np.array_equal(batches[0][4], series[77:84])
    assert np.array_equal(forecast, [series[o.cutoff - 2 : o.cutoff, 1] for o in origins])
    assert np.array_equal(truths(series, origins, 1)[4], series[84:86, 1])
    both = run(series, origins, lambda train: lambda history: history[-2:])
    assert both.shape == truths(series, origins).shape == (19, 2, 2)


def test_what_does_not_fit_is_named():
    o = rolling_origins(100, 2, 80, refit_every=None)
    two = baselines.naive(2)
    for call, message in (
        (lambda: run(SERIES[:90], o, two), r"n=len\(series\)"),
        (lambda: run(SERIES, o, baselines.naive(3)), r"shape \(3,\); it must be \(2,\)"),
        (lambda: run(SERIES, o, lambda t: lambda h: h[0, :2], inputs=5), r"it must be \(19, 2\)"),
        (lambda: run(SERIES, o, lambda t: lambda h: h[-2:] * np.nan), "origin 0 is not finite"),
        (lambda: run(SERIES, o, two, inputs=81), "inputs is 81"),
        (lambda: run(SERIES, o, two, target=0), "target is 0"),
        (lambda: run(SERIES[:, None], o, two, target=1), "target is 1"),
        (lambda: run(SERIES, [], two), "origins is empty"),
        (lambda: run(SERIES * np.nan, o, two), "at step 0"),
    ):
        with pytest.raises(ValueError, match=message):
            call()


# Leaks


def scaled_by(low, high):
    """Forecasts of a model that only knows that 0.5 is the middle of the scale."""
    return lambda series, origins: np.full(
        (len(origins), 2), (low(series) + high(series)) / 2, dtype=float
    )


leaks = {
    "minimum and maximum of everything": scaled_by(np.min, np.max),
    "mean of everything": scaled_by(np.mean, np.mean),
    "mean size of everything": scaled_by(lambda s: np.abs(s).mean(), lambda s: np.abs(s).mean()),
    "next value": lambda series, origins: np.stack([series[o.cutoff :][:2] for o in origins]),
    "next direction": lambda series, origins: np.stack(
        [np.sign(series[o.cutoff : o.cutoff + 2] - series[o.cutoff - 1]) for o in origins]
    ),
}


@pytest.mark.parametrize("name", leaks)
@pytest.mark.parametrize("kind", ["trend", "prices", "changes"])
def test_leaks_are_found(name, kind):
    """Also where the smallest and the largest value lie in the training part."""
    series = {"trend": SERIES, "prices": np.exp(SERIES / 50), "changes": np.diff(SERIES) - 1}[kind]
    if kind != "trend":
        series[[3, 4]] = series.max() + 1, series.min() - (kind == "changes")
    origins = rolling_origins(len(series), 2, 80)
    assert 3 in find_leaks(series, origins, lambda s: leaks[name](s, origins), at=[3])


@pytest.mark.parametrize(
    "fit",
    [
        baselines.seasonal_naive(3, 4, drift=True),
        baselines.direct_linear(3, 5),
        baselines.autoregression(3, 4, sqrt_transform=True),
        baselines.autoregression(3, 4, direct=True),
    ],
)
def test_honest_pipelines_do_not_leak(fit):
    prices = np.exp(SERIES[:, None] / 50 + [0, 0.1])
    origins = rolling_origins(100, 2, 80, gap=1, refit_every=4)

    def pipeline(series):
        assert (series[:, 0] < series[:, 1]).all()  # a low stays below its high
        return run(series[:, 0], origins, fit)

    assert find_leaks(prices, origins, pipeline) == []


def test_a_pipeline_returns_a_forecast_for_each_origin():
    with pytest.raises(ValueError, match="1 forecasts for 19 origins"):
        find_leaks(SERIES, rolling_origins(100, 2, 80), lambda series: series[:1])


# Errors


def test_mase():
    train = np.array([1.0, 5.0, 2.0, 7.0, 4.0, 8.0])
    assert mase(train[2:], train[:-2], train, season=2) == 1
    for bad, season, message in ((train, 6, "season is 6"), (np.ones(4), 1, "not defined")):
        with pytest.raises(ValueError, match=message):
            mase([1.0], [1.0], bad, season)
    with pytest.raises(ValueError, match="must be equal"):
        mase(np.ones(3), np.ones((3, 1)), train)


def test_errors_by_hand():
    truth = np.array([[1.0, 2], [3, 4]])
    forecasts = {"a": truth + [[1, -1], [1, -3]], "b": np.stack([truth, truth + 2])}
    train = np.array([0.0, 1, 0, 3])
    table = error_table(truth, forecasts, train, season=2)
    assert table.loc["a", ["MAE", "RMSE", "MASE", "seeds"]].tolist() == [1.5, np.sqrt(3), 1.5, 1]
    assert np.isnan(table.loc["a", "MAE sd"])
    assert table.loc["b", ["MAE", "RMSE", "MASE", "seeds"]].tolist() == [1, 1, 1, 2]
    assert table.loc["b", "MAE sd"] == pytest.approx(np.sqrt(2))
    assert "MASE" not in error_table(truth, forecasts)
    steps = error_by_horizon(truth, forecasts)
    assert steps["a"].tolist() == [1, 2] and steps["b"].tolist() == [1, 1]
    steps = error_by_horizon(truth, forecasts, "RMSE")
    assert steps["a"].tolist() == [1, np.sqrt(5)] and steps["b"].tolist() == [1, 1]
    assert steps.index.tolist() == [1, 2]
    for call, message in (
        (lambda: error_by_horizon(truth, forecasts, "MAPE"), "measure is 'MAPE'"),
        (lambda: error_by_horizon(truth.ravel(), forecasts), r"shape \(4,\)"),
        (lambda: error_table(truth, {"c": truth[0]}), r"c has shape \(2,\)"),
        (lambda: error_table(truth[:0], {"c": truth[:0]}), "empty"),
    ):
        with pytest.raises(ValueError, match=message):
            call()


# Drawing


def test_origins_can_be_drawn():
    origins = rolling_origins(100, 5, 50, gap=3, refit_every=5)
    axes = plot_origins(origins, rows=4).axes[0]
    rows = [label.get_text() for label in axes.get_yticklabels()]
    assert len(rows) == 4 and (rows[0], rows[-1]) == ("1", str(len(origins)))
    assert len(axes.get_legend().get_texts()) == 4
    last = [bar for bar in axes.patches if bar.get_y() > 2.5]
    assert [bar.get_x() + bar.get_width() for bar in last] == [90, 92, 95, 100]
    dates = np.arange("2000-01", "2008-05", dtype="datetime64[M]").astype("datetime64[ns]")
    plain = plot_origins(rolling_origins(100, 5, 50), dates)
    assert len(plain.axes[0].get_legend().get_texts()) == 2
    with pytest.raises(ValueError, match="times has 50 entries"):
        plot_origins(origins, range(50))
    plt.close("all")
