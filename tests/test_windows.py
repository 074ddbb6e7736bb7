"""Windows cover the series once and never see the future; splits do not overlap."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.forecasting.windows import sliding_windows, split_by_time

sizes = st.integers(1, 6)


@given(st.integers(20, 60), sizes, sizes, st.integers(0, 4), sizes)
def test_targets_come_after_inputs_and_after_the_gap(n, length, horizon, gap, stride):
    inputs, targets = sliding_windows(np.arange(n), length, horizon, gap, stride)
    assert inputs.shape == (len(inputs), length)
    assert targets.shape == (len(inputs), horizon)
    assert np.all(targets[:, 0] - inputs[:, -1] == gap + 1)
    assert np.all(np.diff(inputs, axis=1) == 1)
    assert np.all(np.diff(inputs[:, 0]) == stride)


@given(st.integers(20, 60), sizes, st.integers(0, 4))
def test_every_step_after_the_first_window_is_a_target_once(n, length, gap):
    _, targets = sliding_windows(np.arange(n), length, 1, gap)
    assert targets[:, 0].tolist() == list(range(length + gap, n))


@given(st.integers(12, 60), sizes)
def test_windows_without_overlap_cover_the_series_once(n, length):
    inputs, targets = sliding_windows(np.arange(n), length, length, stride=2 * length)
    both = np.concatenate([inputs, targets], axis=1).ravel()
    assert both.tolist() == list(range(len(both)))
    assert n - len(both) < 2 * length


def test_features_are_kept():
    series = np.arange(20).reshape(10, 2)
    inputs, targets = sliding_windows(series, 3, 2)
    assert inputs.shape == (6, 3, 2)
    assert targets.shape == (6, 2, 2)
    assert inputs[1, 0].tolist() == [2, 3]


def test_windows_do_not_change_the_series():
    series = np.arange(10.0)
    inputs, _ = sliding_windows(series, 3)
    inputs[:] = -1
    assert series.tolist() == list(range(10))


@given(st.integers(5, 50), st.floats(0.1, 0.9), st.integers(0, 3))
def test_split_keeps_order_and_loses_only_the_gap(n, share, gap):
    steps = int(n * share)
    if steps < 1 or steps + gap >= n:
        with pytest.raises(ValueError, match="both parts"):
            split_by_time(np.arange(n), share, gap)
        return
    older, newer = split_by_time(np.arange(n), share, gap)
    assert older.tolist() == list(range(steps))
    assert newer.tolist() == list(range(steps + gap, n))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"length": 11}, "needs 12 time steps, and series has 10"),
        ({"length": 0}, "length is 0"),
        ({"length": 3, "horizon": -1}, "horizon is -1"),
        ({"length": 3, "gap": -1}, "gap is -1"),
        ({"length": 3, "stride": 0}, "stride is 0"),
    ],
)
def test_bad_sizes_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        sliding_windows(np.arange(10), **arguments)


def test_bad_series_are_named():
    with pytest.raises(ValueError, match="NaN .first at step 2"):
        sliding_windows([1.0, 2.0, np.nan, 4.0], 2)
    with pytest.raises(ValueError, match="empty"):
        sliding_windows([], 2)
    with pytest.raises(ValueError, match="shape"):
        sliding_windows(np.zeros((3, 3, 3)), 2)
    with pytest.raises(ValueError, match="share must lie between 0 and 1"):
        split_by_time(np.arange(10), 1.5)
    with pytest.raises(ValueError, match="both parts need at least one"):
        split_by_time(np.arange(10), 10)
    with pytest.raises(ValueError, match="gap is -1"):
        split_by_time(np.arange(10), 5, gap=-1)
