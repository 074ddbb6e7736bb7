"""Lesson 05: stacked networks are the networks they stand for, and none of them sees another."""

from __future__ import annotations

import numpy as np
import pytest
from keras import layers

from notebooks import path_of, run_cells
from utils import cells


@pytest.fixture(scope="module")
def lesson():
    return run_cells(path_of("05"), ("setup", "parameters", "define"))


@pytest.fixture(scope="module")
def x():
    return np.random.default_rng(0).normal(size=(3, 6, 1, 2)).astype("float32")


def randomise(weights, seed=1):
    random = np.random.default_rng(seed)
    for weight in weights:
        weight.assign(random.normal(0, 0.4, weight.shape))


def by_run(layer, x, runs):
    return np.asarray(layer(x)).reshape(*x.shape[:2], runs, -1)


@pytest.mark.parametrize(
    "part", [(), *[(p,) for p in cells.PARTS], ("own_forget_gate", "peephole")]
)
def test_each_lstm_in_the_stack_is_its_cell(lesson, x, part):
    many = lesson["ManyLSTMs"](4, [lesson["Run"]((), 0, 1.0), lesson["Run"](part, 1, 1.0)])
    layer = layers.RNN(many, return_sequences=True)
    layer.build(x.shape)
    randomise(many.w.values())
    coupled = "own_forget_gate" in part
    cell = cells.CoupledLSTMCell(4) if coupled else cells.AblatedLSTMCell(4, part)
    single = layers.RNN(cell, return_sequences=True)
    single.build((3, 6, 2))
    single.set_weights(lesson["weights_of"](many, 1))
    expected = np.asarray(single(x[:, :, 0]))
    np.testing.assert_allclose(by_run(layer, x, 2)[:, :, 1], expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("reset_after", [True, False])
def test_each_gru_in_the_stack_is_keras_gru(lesson, x, reset_after):
    run = lesson["Run"](() if reset_after else ("reset_after",), 0, 1.0)
    many = lesson["ManyGRUs"](4, [run])
    layer = layers.RNN(many, return_sequences=True)
    layer.build(x.shape)
    randomise(many.w.values())
    single = layers.RNN(layers.GRUCell(4, reset_after=reset_after), return_sequences=True)
    single.build((3, 6, 2))
    kernel, recurrent, bias = (np.asarray(many.w[k])[0] for k in ("kernel", "recurrent", "bias"))
    single.set_weights([kernel, recurrent, bias[:, 0] if reset_after else bias[0, 0]])
    expected = np.asarray(single(x[:, :, 0]))
    np.testing.assert_allclose(by_run(layer, x, 1)[:, :, 0], expected, rtol=1e-4, atol=1e-5)


def test_no_run_sees_another(lesson, x):
    runs = [lesson["Run"](("peephole",), seed, 1.0) for seed in range(3)]
    model = lesson["build_model"](4, runs, inputs=(6, 1, 2))
    before = np.asarray(model(x))
    for weight in model.trainable_variables:  # change run 1 only
        value = np.asarray(weight).copy()
        value[1] += 1
        weight.assign(value)
    after = np.asarray(model(x))
    np.testing.assert_array_equal(before[:, [0, 2]], after[:, [0, 2]])
    assert np.abs(before[:, 1] - after[:, 1]).max() > 0.1


def test_same_seed_same_start_and_other_seed_another(lesson):
    runs = [lesson["Run"](part, seed, 1.0) for part in ((), ("input_gate",)) for seed in (0, 1)]
    many = lesson["ManyLSTMs"](4, runs)
    many.build((None, 1, 2))
    for name in ("kernel", "recurrent"):
        w = np.asarray(many.w[name])
        np.testing.assert_array_equal(w[0], w[2])
        assert np.abs(w[0] - w[1]).max() > 0.1


def test_first_biases(lesson):
    own = lesson["Run"](("peephole",), 0, 5.0)
    coupled = lesson["Run"](("own_forget_gate",), 0, 5.0)
    many = lesson["ManyLSTMs"](2, [own, coupled])
    many.build((None, 1, 2))
    bias = np.asarray(many.w["bias"])[:, 0]
    assert bias[0].tolist() == [0, 0, 5, 5, 0, 0, 0, 0]
    assert bias[1].tolist() == [-5, -5, 0, 0, 0, 0, 0, 0]  # input gate shut: remembers


def test_each_seed_reads_its_own_sequences(lesson):
    """Run r reads data set r modulo the number of data sets."""
    runs = [lesson["Run"](("peephole",), 0, 1.0)] * 4
    model = lesson["build_model"](4, runs, inputs=(6, 2, 2))
    x = np.random.default_rng(2).normal(size=(3, 6, 2, 2)).astype("float32")
    answers = np.asarray(model(x))[..., 0]  # (3, runs)
    np.testing.assert_allclose(answers[:, 0], answers[:, 2], atol=1e-6)
    np.testing.assert_allclose(answers[:, 1], answers[:, 3], atol=1e-6)
    assert np.abs(answers[:, 0] - answers[:, 1]).max() > 1e-3


def test_squared_error_is_summed_over_runs(lesson):
    truth = np.array([[[1.0], [2.0]]], "float32")  # one sequence, two data sets
    answers = np.array([[[0.0], [0.0], [1.0], [1.0]]], "float32")  # four runs
    assert np.asarray(lesson["squared_error"](truth, answers)).tolist() == [1 + 4 + 0 + 1]


def test_state_is_carried_from_batch_to_batch(lesson):
    runs = [lesson["Run"](("peephole",), seed, 1.0) for seed in range(2)]
    whole = lesson["build_model"](4, runs, inputs=(6, 1, 2), every_step=True)
    pieces = lesson["build_model"](4, runs, inputs=(3, 1, 2), every_step=True, batch=3)
    x = np.random.default_rng(4).normal(size=(3, 6, 1, 2)).astype("float32")
    answers = [np.asarray(pieces(part)) for part in (x[:, :3], x[:, 3:])]
    np.testing.assert_allclose(np.concatenate(answers, axis=1), np.asarray(whole(x)), atol=1e-5)
    pieces.layers[1].reset()
    np.testing.assert_allclose(np.asarray(pieces(x[:, :3])), answers[0], atol=1e-6)
