"""Lesson 06: networks side by side are networks alone, and each remedy does what it says."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

from notebooks import path_of, run_cells
from utils.data.digits import PAD

UNITS = 5


@pytest.fixture(scope="module")
def lesson():
    return run_cells(path_of("06"), ("setup", "parameters", "define"))


@pytest.fixture(scope="module")
def x():
    return np.random.default_rng(0).uniform(size=(12, 6, 3)).astype("float32")


def build(lesson, networks):
    return lesson["build_model"](networks, steps=6, inputs=3, units=UNITS)


def weights(model):
    return [np.asarray(w) for w in model.stacks]


def labels(x):
    return np.arange(len(x)) % 10


def fit(lesson, networks, x, epochs=3):
    model = lesson["compile_model"](build(lesson, networks))
    model.fit(x, labels(x), batch_size=4, epochs=epochs, shuffle=False, verbose=0)
    return weights(model)


@pytest.mark.parametrize("changes", [{}, {"forget_bias": 0.0}, {"longest_lag": 30}])
def test_a_network_without_remedies_is_the_lstm_of_keras(lesson, x, changes):
    model = build(lesson, lesson["networks_with"]([3, 7], **changes))
    W, U, b, _, V, d = (w[1] for w in weights(model))
    reference = keras.Sequential([keras.Input((6, 3)), layers.LSTM(UNITS), layers.Dense(10)])
    reference.set_weights([W, U, b[0], V, d[0]])
    np.testing.assert_allclose(np.asarray(model(x))[:, 1], np.asarray(reference(x)), atol=1e-5)


def test_networks_trained_together_are_networks_trained_alone(lesson, x):
    with_ = lesson["networks_with"]
    networks = with_([1]) + with_([2], clip=0.5, weight_decay=0.3, learning_rate=0.1)
    together, alone = fit(lesson, networks, x), fit(lesson, networks[1:], x)
    for stack, single in zip(together, alone, strict=True):
        np.testing.assert_allclose(stack[1], single[0], atol=2e-4)


def test_the_optimiser_with_everything_off_is_adam(lesson, x):
    model = build(lesson, lesson["networks_with"]([0]))
    W, U, b, _, V, d = (w[0] for w in weights(model))
    reference = keras.Sequential([keras.Input((6, 3)), layers.LSTM(UNITS), layers.Dense(10)])
    reference.set_weights([W, U, b[0], V, d[0]])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    reference.compile(optimizer=keras.optimizers.Adam(0.01), loss=loss)
    reference.fit(x, labels(x), batch_size=4, epochs=3, shuffle=False, verbose=0)
    ours = fit(lesson, lesson["networks_with"]([0]), x)
    np.testing.assert_allclose(ours[0][0], reference.get_weights()[0], atol=2e-4)


def test_weight_decay_shrinks_matrices_and_nothing_else(lesson, x):
    with_ = lesson["networks_with"]
    networks = with_([0], weight_decay=0.5, learning_rate=0.0)
    networks += with_([0], weight_decay=50.0) + with_([0])
    start, end = weights(build(lesson, networks)), fit(lesson, networks, x, epochs=5)
    for before, after in zip(start, end, strict=True):
        np.testing.assert_array_equal(before[0], after[0])  # the decay is times the learning rate
    assert np.abs(end[1][1]).mean() < 0.1 * np.abs(end[1][2]).mean()
    assert end[2][1].mean() > 0.1  # the forget biases stay


@pytest.mark.parametrize("name", ["dropout", "recurrent_dropout", "zoneout"])
def test_random_remedies_draw_in_training_only(lesson, x, name):
    model = build(lesson, lesson["networks_with"]([0], **{name: 0.5}))
    used = [np.asarray(model(x, training=False)) for _ in range(2)]
    drawn = [np.asarray(model(x, training=True)) for _ in range(2)]
    np.testing.assert_array_equal(*used)
    assert np.abs(drawn[0] - drawn[1]).max() > 1e-3
    plain = np.asarray(build(lesson, lesson["networks_with"]([0]))(x))
    if name != "zoneout":  # in use zoneout blends old and new state
        np.testing.assert_allclose(used[0], plain, atol=1e-6)


def test_chrono_biases(lesson):
    (network,) = lesson["networks_with"]([0], longest_lag=48)
    b = lesson["initial_weights"](network, 8, 200)[2][0]
    i, f, g, o = np.split(b, 4)
    np.testing.assert_allclose(i, -f)
    assert np.log(1) <= f.min() < np.log(5)
    assert np.log(40) < f.max() <= np.log(47)
    assert not g.any() and not o.any()


def test_normalise(lesson):
    a = np.random.default_rng(1).normal(3, 5, (2, 7, 4 * 50)).astype("float32")
    gates = np.asarray(lesson["normalise"](a, 50)).reshape(2, 7, 4, 50)
    np.testing.assert_allclose(gates.mean(axis=-1), 0, atol=1e-5)
    np.testing.assert_allclose(gates.std(axis=-1), 1, atol=1e-3)


@pytest.mark.parametrize("left", [False, True])
def test_with_a_mask_padding_changes_nothing(lesson, x, left):
    masked = build(lesson, lesson["networks_with"]([0], mask=1.0) + lesson["networks_with"]([0]))
    alone = np.asarray(masked(x))
    padded = np.pad(x, ((0, 0), (9, 0) if left else (0, 9), (0, 0)), constant_values=PAD)
    padded = np.asarray(masked(padded))
    np.testing.assert_allclose(padded[:, 0], alone[:, 0], atol=1e-6)
    assert np.abs(padded[:, 1] - alone[:, 1]).max() > 1e-3


def test_unknown_settings_are_refused(lesson):
    with pytest.raises(ValueError, match="drop_out"):
        lesson["networks_with"]([0], drop_out=0.5)
