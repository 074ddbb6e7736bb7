"""Temporal order and adding: what comes out is what the experiments describe."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utils.data.memory_tasks import CLASSES, SYMBOLS, make_adding_problem, make_temporal_order

BOTH = pytest.mark.parametrize("make", [make_temporal_order, make_adding_problem])


@given(length=st.integers(10, 130), seed=st.integers(0, 2**40))
@settings(max_examples=30, deadline=None)
def test_temporal_order_reads_as_described(length, seed):
    inputs, classes = make_temporal_order(20, length, seed)
    assert inputs.shape == (20, length, 8) and inputs.dtype == np.float32
    assert np.array_equal(inputs.sum(axis=-1), np.ones((20, length)))  # one symbol per step
    for row, label in zip(inputs.argmax(axis=-1), classes, strict=True):
        word = "".join(SYMBOLS[k] for k in row)
        assert word[0] == "E" and word[-1] == "B" and set(word[1:-1]) <= set("abcdXY")
        first, second = (k for k, symbol in enumerate(word) if symbol in "XY")
        assert length // 10 <= first <= length // 5
        assert length // 2 <= second <= 6 * length // 10
        assert word[first] + word[second] == CLASSES[label]


def test_temporal_order_draws_uniformly():
    inputs, classes = make_temporal_order(20_000, 50, 1)
    assert np.allclose(np.bincount(classes) / 20_000, 0.25, atol=0.02)
    symbols = inputs.argmax(axis=-1)
    distractors = np.bincount(symbols.ravel(), minlength=8)[2:6]
    assert np.allclose(distractors / distractors.sum(), 0.25, atol=0.005)
    marked = symbols >= SYMBOLS.index("X")
    assert np.allclose(marked[:, [*range(5, 11), *range(25, 31)]].mean(axis=0), 1 / 6, atol=0.02)
    for step in range(5, 11):  # where the first letter is tells nothing about the class
        share = np.bincount(classes[marked[:, step]], minlength=4) / marked[:, step].sum()
        assert np.allclose(share, 0.25, atol=0.04)


@given(length=st.integers(2, 130), seed=st.integers(0, 2**40))
@settings(max_examples=30, deadline=None)
def test_adding_problem_marks_one_number_in_each_half(length, seed):
    inputs, targets = make_adding_problem(20, length, seed)
    assert inputs.shape == (20, length, 2) and inputs.dtype == np.float32
    values, markers = inputs[..., 0], inputs[..., 1]
    assert values.min() >= 0 and values.max() < 1 and set(np.unique(markers)) <= {0, 1}
    assert np.all(markers[:, : length // 2].sum(axis=1) == 1)
    assert np.all(markers[:, length // 2 :].sum(axis=1) == 1)
    assert np.allclose(targets[:, 0], [row[mark > 0].sum() for row, mark in zip(values, markers)])


def test_adding_problem_has_mean_one_and_variance_one_sixth():
    targets = make_adding_problem(200_000, 2, 3)[1]
    assert targets.mean() == pytest.approx(1, abs=0.005)
    assert targets.var() == pytest.approx(1 / 6, abs=0.002)


@BOTH
def test_the_seed_decides(make):
    first, again = make(8, 20, (7, 1)), make(8, 20, (7, 1))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not any(np.array_equal(first[0], make(8, 20, seed)[0]) for seed in (7, (7, 2)))


@BOTH
@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("count", value) for value in (0, 2.5, True)],
        *[("length", value) for value in (1, "20")],
        *[("seed", value) for value in (-1, (), (1, -2), None)],
    ],
)
def test_errors_name_the_argument(make, name, value):
    with pytest.raises(ValueError, match=name):
        make(**{"count": 5, "length": 20, "seed": 0} | {name: value})
