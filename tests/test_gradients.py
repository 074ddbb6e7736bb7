"""Gradients of functions of one tensor."""

import numpy as np
import pytest
from keras import layers, ops

from utils.gradients import gradient


def test_gradient_agrees_with_calculus_and_with_differences():
    x = np.array([[1.0, -2.0], [0.5, 3.0]], "float32")
    assert np.allclose(gradient(lambda v: ops.sum(v**3), x), 3 * x**2)
    assert np.array_equal(gradient(lambda v: ops.sum(v[0]), x), [[1, 1], [0, 0]])
    assert np.array_equal(gradient(lambda v: ops.sum(ops.ones(3)), x), np.zeros((2, 2)))

    lstm = layers.LSTM(3)
    sequence = np.linspace(-1, 1, 5, dtype="float32").reshape(1, 5, 1)
    by_tape = gradient(lambda v: ops.sum(lstm(v)), sequence)
    assert by_tape.shape == sequence.shape
    for step in range(5):
        nudge = np.zeros_like(sequence)
        nudge[0, step] = 1e-2
        change = ops.sum(lstm(sequence + nudge)) - ops.sum(lstm(sequence - nudge))
        assert by_tape[0, step, 0] == pytest.approx(float(change) / 2e-2, abs=1e-3)


def test_more_than_one_number_is_refused():
    with pytest.raises(ValueError, match=r"returns shape \(2,\)"):
        gradient(lambda v: 2 * v, np.ones(2, "float32"))
