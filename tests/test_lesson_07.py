"""Lesson 07: what its forecasters see, and the facts about gaps, recursion and levels."""

from __future__ import annotations

import numpy as np
import pytest

from notebooks import namespace
from utils.data.co2 import load_co2, load_co2_weekly
from utils.forecasting import backtest


@pytest.fixture(scope="module")
def lesson():
    names = namespace("07", steps=20)
    # A network costs seconds to compile; here the loops around it are tested.
    names["train"] = lambda model, inputs, targets, seed, steps=0: model
    return names


class Fake:
    """Stands for a trained network: its weights are a function of the scaled window."""

    def __init__(self, answer):
        self.answer = answer

    def get_weights(self):
        return self.answer


@pytest.fixture
def fake(lesson, monkeypatch):
    monkeypatch.setitem(lesson, "ask", lambda model, weights, inputs: weights(inputs))
    return Fake


SERIES = np.arange(200.0) * 0.5 + np.sin(np.arange(200) * np.pi / 6)


@pytest.mark.parametrize("forecaster", ["at_once", "recursive"])
def test_a_network_that_says_zero_is_the_naive_forecast(lesson, fake, forecaster):
    outputs = 12 if forecaster == "at_once" else 1
    silent = fake(lambda x: np.zeros((len(x), outputs)))
    origins = backtest.rolling_origins(len(SERIES), 12, 150, refit_every=None)
    made = backtest.run(SERIES, origins, lesson[forecaster](silent, 0), inputs=24)
    last = np.array([SERIES[origin.cutoff - 1] for origin in origins])
    np.testing.assert_allclose(made, np.repeat(last[:, None], 12, axis=1))


@pytest.mark.parametrize("forecaster", ["at_once", "recursive"])
def test_level_passes_through(lesson, fake, forecaster):
    outputs = 12 if forecaster == "at_once" else 1
    model = fake(lambda x: np.tanh(x[:, :1] + np.arange(outputs)))
    predict = lesson[forecaster](model, 0)(SERIES)
    window = SERIES[-24:][None]
    np.testing.assert_allclose(predict(window + 1000), predict(window) + 1000)


def test_recursion_reads_its_own_forecasts(lesson, fake):
    seen = []

    def up(x):
        seen.append(x.copy())
        return np.ones((len(x), 1))

    predict = lesson["recursive"](fake(up), 0)(SERIES)
    made = predict(SERIES[-24:][None])[0]
    steps = np.diff(np.concatenate([SERIES[-1:], made]))
    np.testing.assert_allclose(steps, steps[0])
    assert len(seen) == 12
    assert all(x.shape == (1, 24) and x[0, -1] == 0 for x in seen)


@pytest.mark.parametrize("forecaster", ["at_once", "recursive"])
def test_forecasters_do_not_peek(lesson, fake, forecaster):
    outputs = 12 if forecaster == "at_once" else 1
    model = fake(lambda x: np.tanh(x[:, :outputs]))
    origins = backtest.rolling_origins(len(SERIES), 12, 150, refit_every=None)

    def pipeline(series):
        return backtest.run(series, origins, lesson[forecaster](model, 0), inputs=24)

    assert backtest.find_leaks(SERIES, origins, pipeline) == []


def test_shapes_of_the_networks(lesson):
    x = np.zeros((3, 24, 1), "float32")
    assert lesson["build_model"]()(x).shape == (3, 12)
    assert lesson["build_model"](outputs=1)(x).shape == (3, 1)
    assert lesson["build_seq2seq"]()(x).shape == (3, 12)
    assert lesson["build_model"]().count_params() == 4 * (16 + 16**2 + 16) + 12 * 17


def test_what_the_lesson_says_about_gaps():
    weekly = load_co2_weekly()["co2 (ppm)"]
    empty = weekly.notna().resample("MS").sum().pipe(lambda weeks: weeks.index[weeks == 0])
    assert weekly.isna().sum() == 59
    assert len(empty) == 5 and empty.max().year == 1964
    monthly = load_co2()["co2 (ppm)"]
    assert len(monthly) == 526 and monthly.index[526 - 120].year == 1992
    assert weekly["1992":].notna().all()
    assert monthly["1958-06-01"] == pytest.approx(
        (monthly["1958-05-01"] + monthly["1958-07-01"]) / 2
    )
