"""Errors and scores against values worked out by hand or by another library."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.metrics import mean_absolute_percentage_error, root_mean_squared_error

from utils import metrics

values = hnp.arrays(float, 8, elements=st.floats(1, 100))


@given(values, values)
def test_against_scikit_learn(truth, forecast):
    assert metrics.rmse(truth, forecast) == pytest.approx(root_mean_squared_error(truth, forecast))
    assert metrics.mape(truth, forecast) == pytest.approx(
        100 * mean_absolute_percentage_error(truth, forecast)
    )
    assert metrics.mae(truth, forecast) <= metrics.rmse(truth, forecast) + 1e-9


def test_mase_of_the_seasonal_naive_forecast_on_its_own_training_part_is_one():
    train = np.array([1.0, 5.0, 2.0, 7.0, 4.0, 8.0])
    assert metrics.mase(train[2:], train[:-2], train, season=2) == pytest.approx(1)


def test_accuracy_counts_only_what_the_mask_keeps():
    truth, predicted = np.array([[1, 2, 0]]), np.array([[1, 3, 0]])
    assert metrics.accuracy(truth, predicted) == pytest.approx(2 / 3)
    assert metrics.accuracy(truth, predicted, np.array([[1, 1, 0]])) == 0.5


def test_bits():
    assert metrics.bits(math.log(2)) == pytest.approx(1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: metrics.rmse(np.zeros(3), np.zeros((3, 1))), "must be equal"),
        (lambda: metrics.mae([], []), "empty"),
        (lambda: metrics.mape(np.zeros(2), np.ones(2)), "zeros"),
        (lambda: metrics.mase([1.0], [1.0], np.ones(4), season=4), "season is 4"),
        (lambda: metrics.mase([1.0], [1.0], np.ones(4)), "not defined"),
        (lambda: metrics.accuracy(np.ones(3), np.ones(3), np.ones(2)), "mask has shape"),
        (lambda: metrics.accuracy(np.ones(3), np.ones(3), np.zeros(3)), "nothing to score"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
