"""Functions of lesson 12 as the lesson defines them, on small signals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from notebooks import namespace
from utils.data.ecg_like import make_ecg_like


@pytest.fixture(scope="module")
def lesson():
    return namespace("12")


@pytest.fixture(scope="module")
def part(lesson):
    return make_ecg_like(60, faults=3, rate=lesson["rate"], seed=5)


def test_windows_and_errors_line_up(lesson):
    signal = np.arange(200.0)
    windows = lesson["cut"](signal)
    assert windows.shape[1] == lesson["window"]
    np.testing.assert_array_equal(windows[3], signal[12 : 12 + lesson["window"]])
    errors = lesson["per_sample"](np.ones_like(windows), len(signal))
    np.testing.assert_allclose(errors[10:-10], 1)  # every sample is covered, the mean of ones


def test_an_error_at_one_sample_stays_there(lesson):
    signal = np.zeros(400)
    wrong = signal.copy()
    wrong[200] = 3
    squared = (lesson["cut"](wrong) - lesson["cut"](signal)) ** 2
    errors = lesson["per_sample"](squared, len(signal))
    assert errors.argmax() in range(196, 205)
    assert errors[:190].max() == 0 and errors[211:].max() == 0
    assert errors.sum() == pytest.approx(9)  # smoothing keeps the sum


def test_alarms_close_gaps_shorter_than_a_window(lesson):
    above, window = np.zeros(500, bool), lesson["window"]
    assert lesson["alarms"](above) == []
    above[[10, 10 + window - 1]] = True
    assert lesson["alarms"](above) == [(10, 10 + window)]
    above[10 + 2 * window - 1] = True
    assert lesson["alarms"](above) == [(10, 10 + window), (9 + 2 * window, 10 + 2 * window)]


@pytest.mark.parametrize("per_minute", [0.5, 1.0, 3.0])
def test_threshold_keeps_the_budget(lesson, per_minute):
    minutes = 4
    errors = np.random.default_rng(0).gamma(0.5, size=60 * lesson["rate"] * minutes)
    threshold = lesson["choose_threshold"](errors, per_minute)
    assert len(lesson["alarms"](errors > threshold)) <= per_minute * minutes
    assert threshold < errors.max()


def test_threshold_scales_with_the_errors(lesson):
    errors = np.random.default_rng(1).gamma(0.5, size=12_000)
    choose = lesson["choose_threshold"]
    assert choose(7 * errors, 1.0) == pytest.approx(7 * choose(errors, 1.0))


def test_perfect_and_silent_alarms(lesson, part):
    perfect = lesson["judge"](part.faulty, part)
    assert perfect["F1"] == pytest.approx(1)
    assert (perfect["found"], perfect["false a minute"], perfect["normal time"]) == (100, 0, 0)
    silent = lesson["judge"](np.zeros_like(part.faulty), part)
    assert (silent["F1"], silent["found"], silent["false a minute"]) == (0, 0, 0)


def test_always_alarm_is_given_away_by_the_normal_time_only(lesson, part):
    row = lesson["judge"](np.ones_like(part.faulty), part)
    assert (row["found"], row["false a minute"], row["normal time"]) == (100, 0, 100)
    assert row["precision"] == pytest.approx(part.faulty.mean())


def test_a_false_alarm_is_counted_per_minute(lesson):
    part = make_ecg_like(120, faults=0, rate=lesson["rate"], seed=1)
    part.faulty[-50:] = True  # something to find, far from the alarm
    above = np.zeros(len(part.signal), bool)
    above[1000:1010] = True
    segments = pd.DataFrame([(len(above) - 50, len(above), "x")], columns=["start", "stop", "kind"])
    object.__setattr__(part, "segments", segments)
    assert lesson["judge"](above, part)["false a minute"] == pytest.approx(0.5)


def test_point_adjustment(lesson, part):
    first = part.segments.iloc[0]
    above = np.zeros_like(part.faulty)
    above[first.start] = True
    above[5] = not part.faulty[5]
    adjusted = lesson["point_adjust"](above, part.segments)
    assert adjusted[first.start : first.stop].all() and adjusted[5]
    assert adjusted.sum() == first.stop - first.start + 1
    assert above.sum() == 2, "the input is left alone"


def test_point_adjustment_flatters_a_random_number(lesson):
    part = make_ecg_like(300, faults=18, rate=lesson["rate"], seed=2)
    noise = np.random.default_rng(0).random(len(part.signal))
    plain, adjusted = (lesson["best_f1"](noise, part, adjust) for adjust in (False, True))
    assert plain < 0.25 < 0.5 < adjusted


def test_half_the_signal_has_a_quarter_of_the_error_under_a_straight_map():
    rng = np.random.default_rng(3)
    windows, straight = rng.normal(size=(20, 8)), rng.normal(size=(8, 8))
    error = np.mean((windows - windows @ straight) ** 2)
    half = np.mean((windows / 2 - windows / 2 @ straight) ** 2)
    assert half == pytest.approx(error / 4)


def test_model_shapes_and_untrained_loss(lesson):
    import keras

    keras.utils.set_random_seed(0)
    steps, step = lesson["window"] // lesson["step"], lesson["step"]
    model = lesson["build_model"](code_size=3)
    lesson["compile_model"](model, updates=10)
    assert model.output_shape == (None, steps, step)
    assert model.get_layer("code").units == 3
    x = lesson["as_steps"](np.random.default_rng(0).normal(size=(64, lesson["window"])))
    assert x.shape == (64, steps, step)
    np.testing.assert_array_equal(x[0].ravel(), x[0].reshape(-1))
    loss = model.evaluate(x, x[:, ::-1], batch_size=64, verbose=0)
    assert loss == pytest.approx(np.mean(x**2), rel=0.1)


def test_only_the_code_reaches_the_decoder(lesson):
    model = lesson["build_model"](code_size=1)
    code = model.get_layer("code")
    code.set_weights([np.zeros_like(w) for w in code.get_weights()])
    x = np.random.default_rng(0).normal(size=(4, *model.input_shape[1:])).astype("float32")
    output = np.asarray(model(x))
    np.testing.assert_allclose(output, np.broadcast_to(output[:1], output.shape), atol=1e-6)
