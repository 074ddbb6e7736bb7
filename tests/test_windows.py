"""Windows cover the series once and never see the future; splits do not overlap."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utils.forecasting.windows import sliding_windows, split_by_time

sizes = st.integers(1, 6)


@settings(max_examples=50, deadline=None)
@given(st.integers(20, 60), sizes, sizes, st.integers(0, 4), sizes)
def test_targets_come_after_inputs_and_after_the_gap(n, length, horizon, gap, stride):
    inputs, targets = sliding_windows(np.arange(n), length, horizon, gap, stride)
    starts = np.arange(len(inputs))[:, None] * stride
    assert np.array_equal(inputs, starts + np.arange(length))
    assert np.array_equal(targets, starts + length + gap + np.arange(horizon))
    assert n - stride <= targets[-1, -1] < n  # one more would not fit


def test_features_are_kept_and_the_series_is_copied():
    series = np.arange(20).reshape(10, 2)
    inputs, targets = sliding_windows(series, 3, 2)
    assert inputs.shape == (6, 3, 2) and targets.shape == (6, 2, 2)
    assert inputs[1, 0].tolist() == [2, 3]
    inputs[:] = -1
    assert series.min() == 0


@settings(max_examples=50, deadline=None)
@given(st.integers(5, 50), st.floats(0.1, 0.9) | st.integers(1, 49), st.integers(0, 3))
def test_split_keeps_order_and_loses_only_the_gap(n, train, gap):
    steps = int(n * train) if isinstance(train, float) else train
    if steps < 1 or steps + gap >= n:
        with pytest.raises(ValueError, match="both parts"):
            split_by_time(np.arange(n), train, gap)
        return
    older, newer = split_by_time(np.arange(n), train, gap)
    assert older.tolist() == list(range(steps))
    assert newer.tolist() == list(range(steps + gap, n))


def test_bad_input_is_named():
    series = np.arange(10.0)
    for call, message in (
        (lambda: sliding_windows(series, 11), "needs 12 time steps, and series has 10"),
        (lambda: sliding_windows(series, 0), "length is 0"),
        (lambda: sliding_windows(series, 3, horizon=-1), "horizon is -1"),
        (lambda: sliding_windows(series, 3, gap=-1), "gap is -1"),
        (lambda: sliding_windows(series, 3, stride=0), "stride is 0"),
        (lambda: sliding_windows([1.0, 2.0, np.nan, 4.0], 2), "at step 2"),
        (lambda: sliding_windows([], 2), "empty"),
        (lambda: sliding_windows(np.zeros((3, 3, 3)), 2), "shape"),
        (lambda: split_by_time(series, 1.5), "train is 1.5"),
        (lambda: split_by_time(series, 5, gap=-1), "gap is -1"),
    ):
        with pytest.raises(ValueError, match=message):
            call()
