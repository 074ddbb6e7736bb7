"""Temporal order and adding: what comes out is what the experiments describe."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utils.data.memory_tasks import CLASSES, SYMBOLS, make_adding_problem


def words(inputs: np.ndarray) -> list[str]:
    return ["".join(SYMBOLS[k] for k in row) for row in inputs.argmax(axis=-1)]


@given(length=st.integers(10, 130), seed=st.integers(0, 2**40))
@settings(max_examples=60, deadline=None)
def test_temporal_order_reads_as_described(length, seed):
    inputs, classes = make_temporal_order(20, length, seed)
    assert inputs.shape == (20, length, 8) and inputs.dtype == np.float32
    assert classes.shape == (20,) and classes.dtype == np.int64
    assert np.array_equal(inputs.sum(axis=-1), np.ones((20, length)))  # one symbol a step
    for word, label in zip(words(inputs), classes, strict=True):
        assert word[0] == "E" and word[-1] == "B"
        places = [k for k, symbol in enumerate(word) if symbol in "XY"]
        assert len(places) == 2
        assert length // 10 <= places[0] <= length // 5
        assert length // 2 <= places[1] <= 6 * length // 10
        assert "".join(word[k] for k in places) == CLASSES[label]
        assert set(word[1:-1]) <= set("abcdXY")


def test_temporal_order_draws_evenly():
    inputs, classes = make_temporal_order(20_000, 50, 1)
    assert np.all(np.abs(np.bincount(classes, minlength=4) / 20_000 - 0.25) < 0.02)
    symbols = inputs.argmax(axis=-1)
    distractors = np.bincount(symbols.ravel(), minlength=8)[2:6]
    assert np.all(np.abs(distractors / distractors.sum() - 0.25) < 0.005)
    marked = symbols >= SYMBOLS.index("X")
    for step in [*range(5, 11), *range(25, 31)]:  # six places each
        assert abs(marked[:, step].mean() - 1 / 6) < 0.02
    # Knowing only one of the two letters is worth one bit of two, and the places tell nothing.
    first = marked.argmax(axis=1)
    for place in range(5, 11):
        assert np.all(np.abs(np.bincount(classes[first == place], minlength=4) / 20_000) < 0.06)


@given(length=st.integers(2, 130), seed=st.integers(0, 2**40))
@settings(max_examples=60, deadline=None)
def test_adding_problem_marks_one_number_in_each_half(length, seed):
    inputs, targets = make_adding_problem(20, length, seed)
    assert inputs.shape == (20, length, 2) and inputs.dtype == np.float32
    assert targets.shape == (20, 1) and targets.dtype == np.float32
    values, markers = inputs[..., 0], inputs[..., 1]
    assert values.min() >= 0 and values.max() < 1
    assert set(np.unique(markers)) <= {0.0, 1.0}
    assert np.all(markers[:, : length // 2].sum(axis=1) == 1)
    assert np.all(markers[:, length // 2 :].sum(axis=1) == 1)
    for row in range(20):
        marked = [float(v) for v, m in zip(values[row], markers[row], strict=True) if m]
        assert targets[row, 0] == pytest.approx(sum(marked), abs=1e-6)


def test_adding_problem_has_mean_one_and_variance_one_sixth():
    targets = make_adding_problem(200_000, 2, 3)[1]
    assert targets.mean() == pytest.approx(1, abs=0.005)
    assert targets.var() == pytest.approx(1 / 6, abs=0.002)


@pytest.mark.parametrize("make", [make_temporal_order, make_adding_problem])
def test_same_seed_same_sequences_and_other_seed_others(make):
    first, again, other = make(8, 20, 7), make(8, 20, 7), make(8, 20, 8)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[0], other[0])
    pair = make(8, 20, (7, 1))
    assert not np.array_equal(first[0], pair[0])


@pytest.mark.parametrize("make", [make_temporal_order, make_adding_problem])
@pytest.mark.parametrize(
    "arguments, message",
    [
        ((0, 20, 0), "count is 0"),
        ((2.5, 20, 0), "count is 2.5"),
        ((True, 20, 0), "count is True"),
        ((5, 1, 0), "length is 1"),
        ((5, "20", 0), "length is '20'"),
        ((5, 20, -1), "seed is -1"),
        ((5, 20, ()), r"seed is \(\)"),
        ((5, 20, (1, -2)), r"seed is \(1, -2\)"),
        ((5, 20, None), "seed is None"),
    ],
)
def test_errors_name_the_argument(make, arguments, message):
    with pytest.raises(ValueError, match=message):
        make(*arguments)
