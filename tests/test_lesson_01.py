"""Lesson 01: the law of the half-life, the gradients that test it, and the start of the gates."""

from __future__ import annotations

import numpy as np
import pytest

from notebooks import namespace


@pytest.fixture(scope="module")
def lesson():
    return namespace("01")


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


@pytest.mark.parametrize("lag", [1, 5, 44, 1000])
def test_forget_bias_gives_the_half_life_that_was_asked_for(lesson, lag):
    assert sigmoid(lesson["forget_bias_for"](lag)) ** lag == pytest.approx(0.5, rel=1e-6)


@pytest.mark.parametrize("bias, steps", [(0, 1.0), (1, 2.21), (2, 5.46), (3, 14.3), (5, 103)])
def test_half_lives_that_the_lesson_states(bias, steps):
    assert np.log(2) / -np.log(sigmoid(bias)) == pytest.approx(steps, rel=0.005)


def test_gradient_of_a_known_function(lesson):
    ops = lesson["ops"]
    at = np.array([[1.0, -2.0], [0.5, 3.0]], "float32")
    got = lesson["gradient"](lambda x: ops.sum(x**3), at)
    np.testing.assert_allclose(got, 3 * at**2, rtol=1e-5)


def test_gradient_by_lag_of_a_linear_network_is_a_power(lesson):
    start = lesson["keras"].initializers.Orthogonal(gain=0.8, seed=1)
    cell = lesson["layers"].SimpleRNNCell(6, recurrent_initializer=start)
    cell.build((None, 3))
    norms = lesson["gradient_by_lag"](cell, np.zeros((2, 12, 3), "float32"))
    assert norms.shape == (12, 2)
    np.testing.assert_allclose(norms, (0.8 ** np.arange(12))[:, None] * np.ones(2), rtol=1e-4)


def test_gradient_by_lag_agrees_with_a_finite_difference(lesson):
    """Through a whole LSTM with inputs, against nudges that are made by hand in float64."""
    lesson["keras"].utils.set_random_seed(3)
    cell = lesson["layers"].LSTMCell(2)
    cell.build((None, 3))
    inputs = np.random.default_rng(0).normal(size=(1, 6, 3)).astype("float32")
    kernel, recurrent, bias = (w.astype(float) for w in cell.get_weights())
    direction = np.random.default_rng(5).normal(size=(1, 2))
    direction /= np.linalg.norm(direction)

    def last_cell(step, nudge):
        h = c = np.zeros((1, 2))
        for t in range(6):
            i, f, g, o = np.split(inputs[:, t] @ kernel + h @ recurrent + bias, 4, axis=1)
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            h = sigmoid(o) * np.tanh(c)
            c = c + (nudge if t == step else 0)
        return float((direction * c).sum())

    norms = lesson["gradient_by_lag"](cell, inputs, seed=5)[:, 0]
    for lag in range(6):
        slopes = [
            (last_cell(5 - lag, 1e-6 * e) - last_cell(5 - lag, -1e-6 * e)) / 2e-6 for e in np.eye(2)
        ]
        assert norms[lag] == pytest.approx(np.linalg.norm(slopes), rel=1e-3)


def test_start_gates_sets_two_of_four_biases(lesson):
    model = lesson["build_model"](units=5)
    before = model.layers[0].get_weights()
    lesson["start_gates"](model, 20)
    after = model.layers[0].get_weights()
    bias = lesson["forget_bias_for"](20)
    np.testing.assert_allclose(after[2][:5], -bias, rtol=1e-6)
    np.testing.assert_allclose(after[2][5:10], bias, rtol=1e-6)
    np.testing.assert_array_equal(after[2][10:], before[2][10:])
    for old, new in zip(before[:2], after[:2], strict=True):
        np.testing.assert_array_equal(old, new)
    lesson["start_gates"](model, 20, close_input=False)  # leaves the input gate as it is
    np.testing.assert_allclose(model.layers[0].get_weights()[2][:5], -bias, rtol=1e-6)


def test_keras_starts_the_forget_gate_at_one(lesson):
    bias = lesson["build_model"](units=5).layers[0].get_weights()[2]
    np.testing.assert_array_equal(bias, np.repeat([0, 1, 0, 0], 5))


def test_rivals_are_about_equally_large(lesson):
    rnn = lesson["build_model"]("rnn", units=10).count_params()
    lstm = lesson["build_model"]("lstm", units=4).count_params()
    assert abs(rnn - lstm) < 0.05 * lstm
