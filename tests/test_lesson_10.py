"""Lesson 10: padding changes no answer, and each direction sees what it should see."""

from __future__ import annotations

import numpy as np
import pytest

from notebooks import path_of, run_cells
from utils.data.digits import PAD, load_digits_split, make_digit_strips


@pytest.fixture(scope="module")
def lesson():
    return run_cells(path_of("10"), ("setup", "parameters", "define"))


@pytest.fixture(scope="module")
def strips():
    part = load_digits_split().test
    return make_digit_strips(part.images, part.labels, 12, digits=(1, 5), seed=1)


@pytest.mark.parametrize("bidirectional", [True, False])
def test_padding_never_changes_a_prediction(lesson, strips, bidirectional):
    model = lesson["build_model"](bidirectional=bidirectional)
    padded = np.asarray(model(strips.columns))
    further = np.pad(strips.columns, ((0, 0), (0, 30), (0, 0)), constant_values=PAD)
    further = np.asarray(model(further))
    for row, end in enumerate(strips.lengths):
        alone = np.asarray(model(strips.columns[row : row + 1, :end]))[0]
        np.testing.assert_allclose(padded[row, :end], alone, atol=1e-5)
        np.testing.assert_allclose(further[row, :end], alone, atol=1e-5)


def test_without_a_mask_padding_does_change_predictions(lesson, strips):
    model = lesson["build_model"](masking=False)
    # PAD and not 0: an untrained backward half, whose input biases are 0, stays at 0 on zeros.
    padded = np.asarray(model(strips.columns))
    row = int(strips.lengths.argmin())
    end = int(strips.lengths[row])
    alone = np.asarray(model(strips.columns[row : row + 1, :end]))[0]
    assert np.abs(padded[row, :end] - alone).max() > 1e-3


def test_loss_does_not_depend_on_padding_or_its_labels(lesson, strips):
    model = lesson["compile_model"](lesson["build_model"](), steps=1)

    def loss(extra, label):
        x = np.pad(strips.columns, ((0, 0), (0, extra), (0, 0)), constant_values=PAD)
        y = np.pad(np.where(strips.mask, strips.labels, label), ((0, 0), (0, extra)))
        w = np.pad(strips.mask, ((0, 0), (0, extra))).astype("float32")
        return model.evaluate(x, y, sample_weight=w, batch_size=len(x), verbose=0)

    assert loss(0, 0) == pytest.approx(loss(0, 7), rel=1e-5)
    assert loss(0, 0) == pytest.approx(loss(20, 0), rel=1e-5)


def test_one_direction_is_blind_to_the_future_and_two_are_not(lesson, strips):
    row = int(strips.lengths.argmax())
    x = strips.columns[row : row + 1, : strips.lengths[row]]
    changed = x.copy()
    changed[0, -1] = 1 - changed[0, -1]
    for bidirectional in (True, False):
        model = lesson["build_model"](bidirectional=bidirectional)
        moved = np.abs(np.asarray(model(x)) - np.asarray(model(changed)))[0].max(axis=-1)
        assert moved[-1] > 0
        assert (moved[:-1] > 0).any() == bidirectional


def test_parameters_are_doubled(lesson):
    one = lesson["build_model"](bidirectional=False).get_layer("reader").count_params()
    two = lesson["build_model"](bidirectional=True).get_layer("reader").count_params()
    assert two == 2 * one == 2 * 4 * (32 * 8 + 32 * 32 + 32)


def test_rivals_are_about_equally_large(lesson):
    both = lesson["build_model"](units=lesson["units"]).count_params()
    alone = lesson["build_model"](units=lesson["units_alone"], bidirectional=False).count_params()
    assert abs(both - alone) < 0.05 * both
