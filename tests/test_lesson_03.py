"""Lesson 03: the gradients written by hand, against the complex step and against Keras."""

from __future__ import annotations

import numpy as np
import pytest

from notebooks import path_of, run_cells


@pytest.fixture(scope="module")
def lesson():
    return run_cells(path_of("03"), ("setup", "parameters", "define"))


def network(features=3, units=5, steps=4, batch=2, seed=0):
    """Weights, x, h_0, c_0 and targets, all at random, in float64."""
    random = np.random.default_rng(seed)
    shapes = [(features, 4 * units), (units, 4 * units), (4 * units,), (units, 1), (1,)]
    weights = [random.normal(0, 0.6, shape) for shape in shapes]
    x = random.normal(size=(batch, steps, features))
    h, c = random.normal(size=(2, batch, units))
    return weights, x, h, c, random.normal(size=(batch, 1))


def by_hand(lesson, weights, x, h, c, y, cut=None):
    prediction, h_last, saved = lesson["forward"](weights, x, h, c)
    return lesson["backward"](weights, saved, h_last, 2 * (prediction - y) / y.size, cut)


def complex_step(function, array):
    """Gradient of a real function that also takes complex numbers, exact to rounding."""
    gradient = np.zeros(array.shape)
    for place in np.ndindex(array.shape):
        moved = array.astype(complex)
        moved[place] += 1e-30j
        gradient[place] = function(moved).imag / 1e-30
    return gradient


@pytest.mark.parametrize("steps", [1, 2, 7])
def test_all_gradients_equal_the_complex_step(lesson, steps):
    weights, x, h, c, y = network(steps=steps)
    arrays = [*weights, x, h, c]
    for k, found in enumerate(by_hand(lesson, weights, x, h, c, y)):

        def loss(array, k=k):
            changed = [*arrays[:k], array, *arrays[k + 1 :]]
            prediction = lesson["forward"](changed[:5], *changed[5:])[0]
            return np.mean((prediction - y) ** 2)

        exact = complex_step(loss, arrays[k])
        assert found.shape == exact.shape
        np.testing.assert_allclose(found, exact, rtol=1e-9, atol=1e-12)


def test_backward_leaves_what_was_saved_as_it_was(lesson):
    weights, x, h, c, y = network()
    prediction, h_last, saved = lesson["forward"](weights, x, h, c)
    before = [[array.copy() for array in kept] for kept in saved]
    first = lesson["backward"](weights, saved, h_last, prediction - y)
    second = lesson["backward"](weights, saved, h_last, prediction - y)
    for kept, copies in zip(saved, before, strict=True):
        for array, copy in zip(kept, copies, strict=True):
            np.testing.assert_array_equal(array, copy)
    for p, q in zip(first, second, strict=True):
        np.testing.assert_array_equal(p, q)


def test_a_cut_that_covers_the_sequence_changes_nothing(lesson):
    arguments = network(steps=6)
    whole = by_hand(lesson, *arguments)
    for cut in (6, 7, 100):
        for p, q in zip(whole, by_hand(lesson, *arguments, cut=cut), strict=True):
            np.testing.assert_array_equal(p, q)
    short = by_hand(lesson, *arguments, cut=3)
    assert np.abs(short[0] - whole[0]).max() > 1e-3
    np.testing.assert_array_equal(short[3], whole[3])  # the output layer is not cut


def test_a_cut_gradient_is_the_full_one_of_the_last_steps(lesson):
    """Cut after k steps: the same as starting k steps before the end, in the state of then."""
    weights, x, h, c, y = network(steps=6)
    saved = lesson["forward"](weights, x, h, c)[2]
    late = by_hand(lesson, weights, x[:, 4:], saved[4][1], saved[4][2], y)
    for p, q in zip(by_hand(lesson, weights, x, h, c, y, cut=2)[:5], late, strict=False):
        np.testing.assert_allclose(p, q, rtol=1e-12)


def test_only_the_cell_path_is_the_product_of_the_forget_gates(lesson):
    weights, x, h, c, _ = network(steps=5)
    weights[1] = 0 * weights[1]
    saved = lesson["forward"](weights, x, h, c)[2]
    dc = np.ones_like(c)
    for kept in saved[::-1]:
        _, _, dc = lesson["step_back"](np.zeros_like(dc), dc, kept, weights[1])
    np.testing.assert_allclose(dc, np.prod([kept[4] for kept in saved], axis=0), rtol=1e-12)


def test_forward_and_one_update_equal_keras(lesson):
    model = lesson["compile_model"](lesson["build_model"](units=4, length=6))
    precise = lesson["precision"] == "float64"
    random = np.random.default_rng(0)
    x = random.random((8, 6, 2)).astype(lesson["precision"])
    y = random.random((8, 1)).astype(lesson["precision"])
    weights = [np.array(w) for w in model.get_weights()]
    predicted = lesson["forward"](weights, x, *lesson["zero_states"](x, 4))[0]
    np.testing.assert_allclose(
        predicted, np.asarray(model(x)), rtol=1e-10 if precise else 1e-4, atol=1e-10
    )
    ours, _ = lesson["train"](weights, x[None], y[None])
    model.train_on_batch(x, y)
    for p, q in zip(ours, model.get_weights(), strict=True):
        np.testing.assert_allclose(p, q, atol=1e-9 if precise else 1e-4)


def test_training_leaves_the_start_as_it_was(lesson):
    weights, x, _, _, y = network(features=2)
    copies = [w.copy() for w in weights]
    lesson["train"](weights, x[None], y[None])
    for p, q in zip(weights, copies, strict=True):
        np.testing.assert_array_equal(p, q)


@pytest.mark.parametrize("lag", [0, 12, 19, None])
def test_recall_task(lesson, lag):
    x, y = lesson["recall_task"](300, lag, seed=1, length=20)
    assert x.shape == (300, 20, 2)
    assert y.shape == (300, 1)
    marked = x[:, :, 1] == 1
    np.testing.assert_array_equal(marked.sum(axis=1), 1)
    np.testing.assert_array_equal(x[:, :, 0][marked], y[:, 0])
    lags = 19 - marked.argmax(axis=1)
    if lag is None:
        assert set(lags) == set(range(20))
    else:
        assert set(lags) == {lag}


def test_share_of_answers_within_a_chunk():
    """The formula under Departures: max(k - L, 0) / k."""
    for chunk in (1, 4, 9):
        for lag in (0, 3, 4, 12):
            steps = np.arange(10 * chunk)
            reaches = [t - lag >= chunk * (t // chunk) for t in steps]
            assert np.mean(reaches) == pytest.approx(max(chunk - lag, 0) / chunk)
