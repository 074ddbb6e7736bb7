"""The backtest: what a forecaster may see, and when a difference is one."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utils.forecasting import baselines
from utils.forecasting.backtest import (
    Origin,
    compare,
    diebold_mariano,
    draw,
    errors,
    errors_by_lead,
    find_leaks,
    fit_scaler,
    overlap,
    rolling_origins,
    run,
    truths,
)
from utils.metrics import mase

SERIES = np.arange(100.0) + np.random.default_rng(0).standard_normal(100)


# Origins


def test_origins_by_hand():
    origins = rolling_origins(10, horizon=2, first=5, step=2, gap=1, refit_every=2)
    assert origins == [
        Origin(slice(0, 5), slice(0, 5), slice(5, 6), slice(6, 8), True),
        Origin(slice(0, 5), slice(0, 7), slice(7, 8), slice(8, 10), False),
    ]


def test_a_window_moves_along_when_the_model_is_fitted_anew():
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


@given(sizes)
def test_every_origin_keeps_the_order_of_time(size):
    origins = rolling_origins(**size)
    for origin in origins:
        assert 0 <= origin.train.start < origin.train.stop <= origin.cutoff == origin.gap.start
        assert origin.train.start == origin.history.start
        assert origin.gap.stop == origin.test.start < origin.test.stop <= size["n"]
        assert origin.gap.stop - origin.gap.start == size["gap"]
        assert not origin.refit or origin.train.stop == origin.cutoff
    assert origins[0].refit
    # One more would not fit.
    assert origins[-1].test.stop + size["step"] > size["n"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"horizon": 0}, "horizon is 0"),
        ({"step": 0}, "step is 0"),
        ({"window": 0}, "window is 0"),
        ({"refit_every": 0}, "refit_every is 0"),
        ({"gap": -1}, "gap is -1"),
        ({"first": 99}, "no origin fits"),
    ],
)
def test_sizes_that_cannot_be(change, message):
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
            return np.full(5, history[-1])

        return predict

    forecast = run(SERIES, origins, fit)
    assert [len(train) for train in trained] == [30, 30]
    assert all(np.array_equal(t, SERIES[o.train]) for t, o in zip(trained, origins[::2]))
    assert all(np.array_equal(k, SERIES[o.history]) for k, o in zip(known, origins))
    # Copies: nothing leads from there to the rest of the series.
    assert all(part.base is None for part in trained + known)
    assert forecast.shape == (len(origins), 3)
    assert forecast[:, 0].tolist() == [SERIES[origin.cutoff - 1] for origin in origins]


def test_one_batch_for_all_origins_that_share_a_fit():
    series = np.stack([SERIES, -SERIES], axis=1)
    origins = rolling_origins(100, 2, 80, refit_every=None)
    batches = []

    def fit(train):
        def predict(histories):
            batches.append(histories)
            return histories[:, -2:, 1]

        return predict

    forecast = run(series, origins, fit, inputs=7, target=1)
    (batch,) = batches
    assert batch.shape == (19, 7, 2)
    assert np.array_equal(batch[4], series[77:84])
    assert np.array_equal(forecast[4], series[82:84, 1])
    assert np.array_equal(truths(series, origins, 1)[4], series[84:86, 1])


def test_all_features_at_once():
    series = np.stack([SERIES, -SERIES], axis=1)
    origins = rolling_origins(100, 2, 80, gap=1)
    forecast = run(series, origins, lambda train: lambda history: history[-3:])
    assert forecast.shape == truths(series, origins).shape == (18, 2, 2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda o: run(SERIES[:90], o, baselines.naive(2)), "n=len\\(series\\)"),
        (lambda o: run(SERIES, o, baselines.naive(3)), r"shape \(3,\); it must be \(2,\)"),
        (lambda o: run(SERIES, o, lambda t: lambda h: h[-2:] * np.nan), "origin 0 is not finite"),
        (lambda o: run(SERIES, o, baselines.naive(2), inputs=81), "inputs is 81"),
        (lambda o: run(SERIES, o, baselines.naive(2), target=0), "target is 0"),
        (lambda o: run(SERIES[:, None], o, baselines.naive(2), target=1), "features 0 to 0"),
        (lambda o: run(SERIES, [], baselines.naive(2)), "origins is empty"),
        (lambda o: run(SERIES * np.nan, o, baselines.naive(2)), "not finite at step 0"),
        (lambda o: run(SERIES[:, None, None], o, baselines.naive(2)), "must be \\(n,\\)"),
    ],
)
def test_what_does_not_fit_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call(rolling_origins(100, 2, 80))


# Leaks

forecasters = {
    "naive": (baselines.naive(3), {}),
    "seasonal naive": (baselines.seasonal_naive(3, 4), {}),
    "drift": (baselines.drift(3), {}),
    "linear": (baselines.direct_linear(3, 5), {}),
    "recursive": (baselines.autoregression(3, 4), {}),
    "direct": (baselines.autoregression(3, 4, direct=True, root=True), {}),
    "scaled": (
        lambda train: (
            lambda histories: fit_scaler(train).unscale(fit_scaler(train).scale(histories)[:, -3:])
        ),
        {"inputs": 6},
    ),
}


@pytest.mark.parametrize("name", forecasters)
@settings(max_examples=20, deadline=None)
@given(
    position=st.integers(0, 7),
    values=st.lists(st.floats(0.1, 1e3), min_size=1, max_size=17),
    refit_every=st.sampled_from([None, 1, 3]),
)
def test_the_future_changes_no_forecast(name, position, values, refit_every):
    fit, options = forecasters[name]
    series = np.abs(SERIES[:60])
    origins = rolling_origins(60, 2, 40, step=2, gap=1, refit_every=refit_every)
    changed = series.copy()
    changed[origins[position].cutoff :][: len(values)] = values[: 60 - origins[position].cutoff]
    before, after = (run(s, origins, fit, **options) for s in (series, changed))
    assert np.array_equal(before[: position + 1], after[: position + 1])


def test_honest_pipelines_do_not_peek():
    origins = rolling_origins(100, 2, 80, refit_every=4)
    fit = baselines.direct_linear(2, 5)
    assert find_leaks(SERIES, origins, lambda series: run(series, origins, fit)) == []


def test_a_scaler_fitted_on_everything_is_caught():
    origins = rolling_origins(100, 2, 80)

    def pipeline(series):
        low, high = series.min(), series.max()
        scaled = (series - low) / (high - low)
        # It forecasts "the middle of the range", which it should not know.
        return run(scaled, origins, lambda t: lambda h: np.full(2, 0.5)) * (high - low) + low

    assert find_leaks(SERIES, origins, pipeline, at=[0, 5]) == [0, 1, 2, 3, 4, 5]


def test_a_window_that_is_one_too_long_is_caught():
    origins = rolling_origins(100, 1, 80)

    def pipeline(series):
        return np.stack([series[o.cutoff : o.cutoff + 1] for o in origins])

    assert find_leaks(SERIES, origins, pipeline, at=[3]) == [3]
    with pytest.raises(ValueError, match="1 forecasts for 20 origins"):
        find_leaks(SERIES, origins, lambda series: series[:1])


# Scaling


@pytest.mark.parametrize("kind", ["standard", "minmax"])
def test_scaling_can_be_undone(kind):
    train = np.stack([SERIES[:50], 5 - 3 * SERIES[:50], np.full(50, 7)], axis=1)
    scaler = fit_scaler(train, kind)
    scaled = scaler.scale(train)
    assert np.isfinite(scaled).all() and not scaled[:, 2].any()
    if kind == "standard":
        assert np.allclose(scaled[:, :2].std(axis=0), 1)
    else:
        assert (scaled.min(), scaled.max()) == (0, 1)
    assert np.allclose(scaler.unscale(scaled), train)
    assert np.allclose(scaler.unscale(scaled[:8, 1].reshape(2, 4), feature=1).ravel(), train[:8, 1])
    assert np.allclose(fit_scaler(SERIES, kind).unscale(fit_scaler(SERIES, kind).scale(2.0)), 2)
    with pytest.raises(ValueError, match="kind is 'robust'"):
        fit_scaler(train, "robust")


# Errors


def test_errors_by_hand():
    truth = np.array([[1.0, 2], [3, 4]])
    forecasts = {"a": truth + [[1, -1], [1, -3]], "b": np.stack([truth, truth + 2])}
    train = np.array([0.0, 1, 0, 3])
    table = errors(truth, forecasts, train, season=2)
    assert table.loc["a", ["MAE", "RMSE", "seeds"]].tolist() == [1.5, np.sqrt(3), 1]
    assert table.loc["a", "MASE"] == mase(truth, forecasts["a"], train, 2)
    assert np.isnan(table.loc["a", "MAE ±"])
    assert table.loc["b", ["MAE", "RMSE", "seeds"]].tolist() == [1, 1, 2]
    assert table.loc["b", "MAE ±"] == pytest.approx(np.sqrt(2))
    assert "MASE" not in errors(truth, forecasts)
    leads = errors_by_lead(truth, forecasts)
    assert leads["a"].tolist() == [1, 2] and leads["b"].tolist() == [1, 1]
    leads = errors_by_lead(truth, forecasts, "RMSE")
    assert leads["a"].tolist() == [1, np.sqrt(5)] and leads["b"].tolist() == [1, 1]
    with pytest.raises(ValueError, match="measure is 'MAPE'"):
        errors_by_lead(truth, forecasts, "MAPE")
    with pytest.raises(ValueError, match=r"truth has shape \(4,\)"):
        errors(truth.ravel(), forecasts)
    with pytest.raises(ValueError, match=r"'c' has shape \(2,\)"):
        errors(truth, {"c": truth[0]})


# Comparisons


@pytest.mark.parametrize("horizon", [1, 4])
def test_diebold_mariano_against_statsmodels(horizon):
    """The same variance from a regression on a constant, its errors robust to overlap."""
    import statsmodels.api as sm

    rng = np.random.default_rng(3)
    differences = np.convolve(rng.standard_normal(83), np.ones(horizon), "valid") + 0.3
    n = len(differences)
    fit = sm.OLS(differences, np.ones(n)).fit(
        cov_type="HAC",
        cov_kwds={"maxlags": horizon - 1, "kernel": lambda lags: np.ones(lags + 1)},
    )
    factor = np.sqrt((n + 1 - 2 * horizon + horizon * (horizon - 1) / n) / n)
    statistic, p_value = diebold_mariano(differences, horizon)
    assert statistic == pytest.approx(fit.tvalues[0] * factor)
    assert p_value > fit.pvalues[0]


def test_diebold_mariano_by_hand():
    """0, 1, 4, 5 have mean 2.5 and variance 4.25; with h = 1 it is shrunk by sqrt(3/4)."""
    statistic, p_value = diebold_mariano(np.array([0.0, 1, 4, 5]))
    assert statistic == pytest.approx(2.5 / np.sqrt(4.25 / 4) * np.sqrt(3 / 4))
    assert 0.1 < p_value < 0.2


def test_a_variance_that_is_not_positive_is_counted_another_way():
    differences = np.tile([1.0, -1.0], 10) + 0.1
    statistic, p_value = diebold_mariano(differences, 2)
    assert np.isfinite(statistic) and statistic > 0 and p_value < 1


def test_equal_skill_is_seldom_called_a_difference():
    rng = np.random.default_rng(4)
    rejected = np.mean([diebold_mariano(rng.standard_normal(60))[1] < 0.05 for _ in range(2000)])
    assert 0.035 < rejected < 0.065
    # Four steps ahead, neighbours share surprises: forgetting that is what goes wrong.
    overlapping = [np.convolve(rng.standard_normal(153), np.ones(4), "valid") for _ in range(1000)]
    right = np.mean([diebold_mariano(d, 4)[1] < 0.05 for d in overlapping])
    wrong = np.mean([diebold_mariano(d, 1)[1] < 0.05 for d in overlapping])
    assert right < 0.09 and wrong > 0.25


def test_differences_that_allow_no_test():
    assert diebold_mariano(np.zeros(9)) == (0, 1)
    for differences, horizon, message in (
        (np.ones(9), 1, "all differences are 1"),
        (np.arange(9.0), 5, "less than half"),
        (np.arange(9.0), 0, "horizon is 0"),
        (np.array([1, np.nan, 2]), 1, "without NaN"),
    ):
        with pytest.raises(ValueError, match=message):
            diebold_mariano(differences, horizon)


@pytest.mark.parametrize(
    ("horizon", "step", "gap", "expected"),
    [(1, 1, 0, 0), (12, 1, 0, 11), (12, 3, 0, 3), (12, 12, 0, 0), (1, 1, 5, 5), (3, 2, 2, 2)],
)
def test_which_origins_share_surprises(horizon, step, gap, expected):
    assert overlap(rolling_origins(200, horizon, 50, step=step, gap=gap)) == expected


def test_a_better_forecast_is_called_so():
    rng = np.random.default_rng(5)
    series = np.cumsum(rng.standard_normal(400))
    origins = rolling_origins(400, 3, 250)
    truth = truths(series, origins)
    good = run(series, origins, baselines.naive(3))
    bad = np.stack([good + rng.normal(0, 3, good.shape) for _ in range(5)])
    result = compare(truth, good, bad, origins)
    assert result.better == "first" and result.difference < 0 and result.p_value < 0.001
    assert result.interval[0] < result.difference < result.interval[1] < 0
    assert result.related == 2 and result.block >= 6 and result.origins == len(origins)
    assert compare(truth, bad, good, origins).better == "second"
    assert "better: first" in str(result) and "p < 0.001" in str(result)
    squared = compare(truth, good, bad, origins, loss="squared")
    assert squared.loss_first == pytest.approx(np.mean((truth - good) ** 2))
    assert result == compare(truth, good, bad, origins)
    same = compare(truth, good, good, origins)
    assert same.better == "neither" and same.interval == (0, 0)


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    """Equal forecasts, twelve steps, 109 origins: the setting of lesson 07."""
    rng = np.random.default_rng(6)
    origins = rolling_origins(130, 12, 10)[:109]
    truth, ones = np.zeros((109, 12)), np.ones((109, 12))
    called = 0
    for _ in range(200):
        shared = np.convolve(rng.standard_normal(120), np.linspace(1, 0.2, 12), "valid")
        result = compare(truth, (50 + shared)[:, None] * ones, 50 * ones, origins, resamples=200)
        called += result.better != "neither"
    assert called / 200 < 0.11


def test_comparisons_that_cannot_be():
    origins = rolling_origins(100, 2, 60)
    truth = truths(SERIES, origins)
    with pytest.raises(ValueError, match="loss is 'mape'"):
        compare(truth, truth, truth, origins, loss="mape")
    with pytest.raises(ValueError, match="level is 95"):
        compare(truth, truth, truth, origins, level=95)
    with pytest.raises(ValueError, match="origins are 38 and truth has 39"):
        compare(truth, truth, truth, origins[1:])
    with pytest.raises(ValueError, match="10 or more"):
        compare(truth[:9], truth[:9], truth[:9], origins[:9])


@pytest.mark.filterwarnings("error")
def test_few_origins_and_calm_stretches_need_no_warning():
    rng = np.random.default_rng(7)
    origins = rolling_origins(50, 1, 40)
    truth = np.zeros((10, 1))
    wrong = np.where(np.arange(10)[:, None] < 8, 1.0, rng.standard_normal((10, 1)))
    assert compare(truth, wrong, truth, origins).origins == 10


# Drawing


def test_origins_can_draw_themselves():
    origins = rolling_origins(100, 5, 50, gap=3, refit_every=6)
    figure = draw(origins, title="Origins", rows=4)
    axes = figure.axes[0]
    names = [text.get_text() for text in axes.get_legend().get_texts()]
    assert names == ["learnt from", "input only", "gap", "test"]
    assert len(axes.get_yticks()) == 4
    assert axes.get_yticklabels()[0].get_text() == "1"
    assert axes.get_yticklabels()[-1].get_text() == str(len(origins))
    dates = np.arange("2000-01", "2008-05", dtype="datetime64[M]").astype("datetime64[ns]")
    plain = draw(rolling_origins(100, 5, 50), dates)
    assert len(plain.axes[0].get_legend().get_texts()) == 2
    with pytest.raises(ValueError, match="times has 50 entries"):
        draw(origins, range(50))
    with pytest.raises(ValueError, match="rows is 0"):
        draw(origins, rows=0)
    plt.close("all")
