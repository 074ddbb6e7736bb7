"""Lesson 08: the likelihood, the network's size, and what it may see."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from scipy.stats import norm

from notebooks import find, namespace, read, tags
from utils.data.sp500 import load_sp500
from utils.exercises import lesson_08 as exercises
from utils.forecasting import volatility


@pytest.fixture(scope="module")
def lesson():
    return namespace("08")


def functions(lesson, *wanted, **known):
    """Functions that lesson cells without a tag define, made with the names they need."""
    names = dict(lesson, **known)
    for cell in read(find("08"))["cells"]:
        if cell["cell_type"] != "code" or tags(cell):
            continue
        for part in cell["source"].split("\n\n\n"):
            if any(part.startswith(f"def {name}(") for name in wanted):
                exec(part, names)  # noqa: S102
    return [names[name] for name in wanted]


def test_loss_is_the_likelihood_of_a_normal(lesson):
    rng = np.random.default_rng(0)
    truth, mean, log_scale = rng.normal(size=(3, 50, 1)).astype("float32")
    loss = lesson["gaussian_nll"](truth, np.concatenate([mean, log_scale], axis=1))
    expected = -norm.logpdf(truth, mean, np.exp(log_scale)).mean()
    assert float(loss) == pytest.approx(expected, rel=1e-5)


def test_flat_targets_would_be_stretched(lesson):
    """The mistake that the lesson warns of: (batch,) targets give another loss, and no error."""
    rng = np.random.default_rng(0)
    output = rng.normal(size=(20, 2)).astype("float32")
    truth = output[:, :1] + 0.1
    right = float(lesson["gaussian_nll"](truth, output))
    wrong = float(lesson["gaussian_nll"](truth[:, 0], output))
    assert right == pytest.approx(-norm.logpdf(0.1, 0, np.exp(output[:, 1])).mean(), rel=1e-4)
    assert abs(wrong - right) > 0.1


def test_model_says_two_numbers_and_has_the_size_that_is_stated(lesson):
    model = lesson["build_model"]()
    assert model.input_shape == (None, lesson["window"], 4)
    assert model.output_shape == (None, 2)
    assert model.count_params() == 4 * (4 * 16 + 16 * 16 + 16) + 16 * 2 + 2
    assert lesson["build_model"](filters=16).output_shape == (None, 2)


def test_compiled_model_can_be_restarted(lesson):
    """A loss of our own must be known to Keras by name, or copies of the model fail."""
    model = lesson["compile_model"](lesson["build_model"]())
    lesson["session"].restart(model, 1)
    one = model.get_weights()
    lesson["session"].restart(model, 2)
    lesson["session"].restart(model, 1)
    assert all(np.array_equal(a, b) for a, b in zip(one, model.get_weights(), strict=True))
    assert keras.saving.get_registered_name(lesson["gaussian_nll"]).startswith("lesson_08>")


def test_relative_windows_follow_the_level(lesson):
    (relative,) = functions(lesson, "relative")
    windows = np.random.default_rng(0).normal(size=(5, 22, 4))
    kept = windows.copy()
    changed, level = relative(windows)
    assert np.array_equal(windows, kept)
    np.testing.assert_allclose(changed[:, :, 0].mean(axis=1), 0, atol=1e-12)
    np.testing.assert_array_equal(changed[:, :, 1:], windows[:, :, 1:])
    windows[:, :, 0] += 3
    again, higher = relative(windows)
    np.testing.assert_allclose(again, changed)
    np.testing.assert_allclose(higher, level + 3)


def test_coverage_and_scores(lesson):
    rng = np.random.default_rng(1)
    mean, scale = rng.normal(size=20000), rng.uniform(0.5, 2, size=20000)
    truth = mean + scale * rng.normal(size=20000)
    coverage, crps, nll = functions(lesson, "coverage", "crps", "nll", truth=truth[:, None])
    for level in (0.5, 0.9):
        assert coverage(truth, mean, scale, level) == pytest.approx(level, abs=0.02)
    # By its definition as E|X - y| - E|X - X'| / 2.
    draws, others = mean[:50] + scale[:50] * rng.normal(size=(2, 20000, 50))
    by_draws = np.abs(draws - truth[:50]).mean(axis=0) - np.abs(draws - others).mean(axis=0) / 2
    np.testing.assert_allclose(crps(mean, scale)[:50], by_draws, atol=0.05)
    # The honest spread has the best scores.
    for factor in (0.6, 1.6):
        assert crps(mean, scale).mean() < crps(mean, factor * scale).mean()
        assert nll(mean, scale).mean() < nll(mean, factor * scale).mean()


def test_what_the_lesson_says_of_the_data():
    prices = load_sp500()
    stale = (prices["open"] / prices["close"].shift(1) - 1).abs() < 1e-5
    assert stale[prices.index.year <= 2005].mean() > 0.9
    assert stale[prices.index.year >= 2014].mean() < 0.01
    four = [prices[name] for name in ("open", "high", "low", "close")]
    x = np.log(volatility.garman_klass(*four))
    first = 22 + int(0.7 * (len(x) - 22))
    assert prices.index[first].year == 2013
    assert len(x) - first == 1503
    assert x[first:].mean() < x[:first].mean() - 0.5  # calmer


def test_the_day_of_exercise_1():
    value = 100 * np.sqrt(volatility.garman_klass([100.0], [102.0], [99.0], [101.0])[0])
    assert exercises.q1.grade(value)[0] == "right"
    assert exercises.q1.grade(round(value, 2))[0] == "right"
