"""Lesson 02: its LSTM is that of Keras, PyTorch and ONNX, and its strings mean what they say."""

from __future__ import annotations

import warnings

import numpy as np
import oracles
import pytest
from oracles import needs

from notebooks import path_of, run_cells
from utils.exercises import lesson_02 as exercises


@pytest.fixture(scope="module")
def lesson():
    return run_cells(path_of("02"), ("setup", "parameters", "define"))


@pytest.fixture
def weights():
    """W (3, 16), U (4, 16), b (16,): three inputs, four units."""
    rng = np.random.default_rng(0)
    shapes = (3, 16), (4, 16), (16,)
    return tuple((0.5 * rng.normal(size=shape)).astype("float32") for shape in shapes)


@pytest.fixture
def inputs():
    """Two sequences of seven steps, and a state to start from."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(2, 7, 3)).astype("float32")
    h, c = rng.uniform(-1, 1, size=(2, 2, 4)).astype("float32")
    return x, h, c


def test_sigmoid_is_the_logistic_function_and_never_overflows(lesson):
    z = np.linspace(-20, 20, 41)
    np.testing.assert_allclose(lesson["sigmoid"](z), 1 / (1 + np.exp(-z)), atol=1e-15)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ends = lesson["sigmoid"](np.array([-1e4, 1e4], "float32"))
    assert ends.tolist() == [0, 1]
    assert ends.dtype == np.float32


def test_shapes(lesson, weights, inputs):
    x, h, c = inputs
    record = lesson["lstm"](x, *weights)
    assert sorted(record) == sorted("ifgoch")
    assert {values.shape for values in record.values()} == {(2, 7, 4)}
    assert {values.dtype for values in record.values()} == {np.dtype("float32")}


def test_a_sequence_in_pieces_is_the_sequence(lesson, weights, inputs):
    x, h, c = inputs
    whole = lesson["lstm"](x, *weights, h, c)
    first = lesson["lstm"](x[:, :3], *weights, h, c)
    second = lesson["lstm"](x[:, 3:], *weights, first["h"][:, -1], first["c"][:, -1])
    for name in "ifgoch":
        together = np.concatenate([first[name], second[name]], axis=1)
        np.testing.assert_array_equal(together, whole[name])


@needs("torch")
def test_pytorch_computes_the_same_with_its_layout(lesson, weights, inputs):
    x, h, c = inputs
    names = "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"
    parameters = dict(zip(names, lesson["to_pytorch"](*weights), strict=True))
    theirs, last_c = oracles.torch_lstm_as_it_is(x, h, c, **parameters)
    ours = lesson["lstm"](x, *weights, h, c)
    np.testing.assert_allclose(ours["h"], theirs, atol=1e-6)
    np.testing.assert_allclose(ours["c"][:, -1], last_c, atol=1e-6)


def test_onnx_computes_the_same_with_its_layout(lesson, weights, inputs):
    onnx = pytest.importorskip("onnx")
    from onnx.reference import ReferenceEvaluator

    x, h, c = inputs
    names = ["X", "W", "R", "B", "", "H", "C"]
    node = onnx.helper.make_node("LSTM", names, ["Y", "Y_h", "Y_c"], hidden_size=4)
    floats = onnx.TensorProto.FLOAT
    graph = onnx.helper.make_graph(
        [node],
        "lstm",
        [onnx.helper.make_tensor_value_info(name, floats, None) for name in names if name],
        [onnx.helper.make_tensor_value_info("Y", floats, None)],
    )
    W, R, B = (np.ascontiguousarray(part) for part in lesson["to_onnx"](*weights))
    feed = {"X": x.transpose(1, 0, 2), "W": W, "R": R, "B": B, "H": h[None], "C": c[None]}
    (theirs,) = ReferenceEvaluator(onnx.helper.make_model(graph)).run(None, feed)
    ours = lesson["lstm"](x, *weights, h, c)
    # theirs: (T, directions, B, n)
    np.testing.assert_allclose(ours["h"], theirs[:, 0].transpose(1, 0, 2), atol=1e-6)


def test_answers_by_hand(lesson):
    chars = np.array([list("Bda?cB?D?")])
    assert "".join(lesson["right_answers"](chars)[0]) == "---B--B-D"
    letter, ago = lesson["last_capital"](chars)
    assert "".join(letter[0]) == "BBBBBBBDD"
    assert ago[0].tolist() == [0, 1, 2, 3, 4, 0, 1, 0, 1]


def test_a_capital_and_its_lower_case_letter_differ_in_one_number(lesson):
    capital, small, ask = lesson["encode"](np.array([list("Cc?")]))[0]
    assert capital.tolist() == [0, 0, 1, 0, 1, 0]
    assert small.tolist() == [0, 0, 1, 0, 0, 0]
    assert ask.tolist() == [0, 0, 0, 0, 0, 1]


def test_strings_are_as_described(lesson):
    chars = lesson["make_strings"](400, 50, seed=3)
    assert chars.shape == (400, 50)
    assert set(chars[:, 0]) == set("ABCD")
    rest = chars[:, 1:]
    assert np.mean(rest == "?") == pytest.approx(0.2, abs=0.02)
    assert np.mean(np.isin(rest, list("ABCD"))) == pytest.approx(0.1, abs=0.02)
    assert np.mean(np.isin(rest, list("abcd"))) == pytest.approx(0.7, abs=0.02)
    assert set("".join(rest.ravel())) == set("ABCDabcd?")
    np.testing.assert_array_equal(chars, lesson["make_strings"](400, 50, seed=3))


def test_score_of_known_answers(lesson):
    chars = np.array([list("Bda?cB?D?")])
    right = lesson["right_answers"](chars)
    assert lesson["score"](right, chars) == (1, 1)
    assert lesson["score"](np.full_like(right, "-"), chars) == (0, 1)
    assert lesson["score"](np.full_like(right, "B"), chars) == (pytest.approx(2 / 3), 0)
    said = lesson["say"](np.array([[0.2, 0.9, 0.1, 0], [0.4, 0.1, 0, 0]]))
    assert said.tolist() == ["B", "-"]


def test_numpy_reads_what_the_keras_model_computes(lesson):
    model = lesson["build_model"](units=3, length=9)
    chars = np.array([list("Bda?cB?D?")])
    record, _ = lesson["read"](chars, *model.get_weights())
    ours = record["h"] @ model.get_weights()[3]
    np.testing.assert_allclose(ours, np.asarray(model(lesson["encode"](chars))), atol=1e-6)


def test_the_gru_of_the_exercise_is_that_of_keras():
    import keras

    rng = np.random.default_rng(2)
    layer = keras.layers.GRU(4)
    layer.build((2, 1, 3))
    weights = [rng.normal(size=w.shape).astype("float32") for w in layer.get_weights()]
    layer.set_weights(weights)
    x = rng.normal(size=(2, 3)).astype("float32")
    h = rng.uniform(-1, 1, size=(2, 4)).astype("float32")
    theirs = np.asarray(layer(x[:, None], initial_state=h))
    np.testing.assert_allclose(exercises._gru_step(x, h, *weights), theirs, atol=1e-6)
