"""Lesson 14: padding, attention, the loop and saving, with the lesson's own cells on small nets."""

from __future__ import annotations

import itertools

import keras
import numpy as np
import pytest

from notebooks import path_of, run_cells
from utils.text.tokenizer import END, PAD, START

READ, WRITE, LENGTH = 20, 9, 6
SCORES = ("Multiplicative", "Additive")


@pytest.fixture(scope="module")
def lesson():
    return run_cells(
        path_of("14"), ("setup", "parameters", "define"), units=12, embedding=6, batch_size=4
    )


@pytest.fixture(scope="module", params=SCORES)
def model(lesson, request):
    """Untrained, but with weights far from zero, so that nothing is equal by being tiny."""
    keras.utils.set_random_seed(7)
    model = lesson["build_model"](READ, WRITE, lesson[request.param])
    generator = np.random.default_rng(7)
    model.set_weights(
        [w if w.ndim == 0 else generator.normal(0, 0.7, w.shape) for w in model.get_weights()]
    )
    return model


def sources(rows=8, longest=11, padding=0, seed=0):
    """Rows of different lengths, the first as long as allowed, padded on the right."""
    generator = np.random.default_rng(seed)
    tokens = np.zeros((rows, longest + padding), dtype="int32")
    for row, length in enumerate([longest, *generator.integers(1, longest, rows - 1)]):
        tokens[row, :length] = generator.integers(3, READ, length)
    return tokens


def test_attention_on_padding_is_exactly_zero(lesson, model):
    x = sources()
    _, weights = lesson["greedy"](lesson["build_steps"](model), x, LENGTH)
    assert weights.shape == (len(x), LENGTH, x.shape[1])
    assert np.all(weights[np.broadcast_to((x == PAD)[:, None], weights.shape)] == 0)
    np.testing.assert_allclose(weights.sum(axis=-1), 1, atol=1e-5)
    on_text = weights[np.broadcast_to((x != PAD)[:, None], weights.shape)]
    assert np.all(on_text >= 0) and np.ptp(on_text) > 0.05  # not merely spread evenly


@pytest.mark.parametrize("padding", [1, 7, 30])
def test_padding_never_changes_a_prediction(lesson, model, padding):
    steps = lesson["build_steps"](model)
    narrow, wide = sources(), sources(padding=padding)
    a, a_weights = lesson["greedy"](steps, narrow, LENGTH)
    b, b_weights = lesson["greedy"](steps, wide, LENGTH)
    np.testing.assert_array_equal(a, b)
    np.testing.assert_allclose(a_weights, b_weights[:, :, : narrow.shape[1]], atol=1e-6)
    given = np.full((len(narrow), 3), START, dtype="int32")
    np.testing.assert_allclose(
        np.asarray(model([narrow, given])), np.asarray(model([wide, given])), atol=1e-5
    )


def test_alone_or_in_a_batch(lesson, model):
    steps, x = lesson["build_steps"](model), sources()
    together, _ = lesson["greedy"](steps, x, LENGTH)
    for row in range(len(x)):
        alone = x[row : row + 1, : (x[row] != PAD).sum()]
        np.testing.assert_array_equal(
            lesson["greedy"](steps, alone, LENGTH)[0], together[row : row + 1]
        )


def test_without_the_mask_padding_does_change_predictions(lesson, model):
    """The test above can fail: it does for the same weights without the mask."""
    bare = lesson["build_model"](READ, WRITE, type(model.get_layer("attention")), padding=-1)
    bare.set_weights(model.get_weights())
    steps = lesson["build_steps"](bare)
    _, a = lesson["greedy"](steps, sources(), LENGTH, -1)
    _, b = lesson["greedy"](steps, sources(padding=30), LENGTH, -1)
    assert np.abs(a - b[:, :, : a.shape[2]]).max() > 1e-3


def test_steps_give_the_logits_of_training(lesson, model):
    encoder, step = lesson["build_steps"](model)
    x = sources()
    given = np.random.default_rng(1).integers(3, WRITE, (len(x), LENGTH)).astype("int32")
    expected = np.asarray(model([x, given]))
    memory, h, c = encoder(x)
    mask = keras.ops.not_equal(x, PAD)
    for t in range(LENGTH):
        token = keras.ops.convert_to_tensor(given[:, t : t + 1])
        logits, h, c, _ = step([token, h, c, memory, mask])
        np.testing.assert_allclose(np.asarray(logits)[:, 0], expected[:, t], atol=1e-5)


def test_saved_and_loaded_gives_identical_answers(lesson, model, tmp_path):
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    x = sources(seed=3)
    before, after = lesson["build_steps"](model), lesson["build_steps"](loaded)
    for old, new in zip(
        lesson["greedy"](before, x, LENGTH), lesson["greedy"](after, x, LENGTH), strict=True
    ):
        np.testing.assert_array_equal(old, new)
    np.testing.assert_array_equal(
        lesson["beam_search"](before, x, LENGTH, 3), lesson["beam_search"](after, x, LENGTH, 3)
    )


def test_a_beam_of_one_is_greedy(lesson, model):
    steps, x = lesson["build_steps"](model), sources(seed=4)
    tokens, _ = lesson["greedy"](steps, x, LENGTH)
    beam = lesson["beam_search"](steps, x, LENGTH, 1)
    for a, b in zip(tokens, beam, strict=True):
        end = LENGTH if END not in a else list(a).index(END) + 1
        np.testing.assert_array_equal(a[:end], b[:end])
        assert np.all(b[end:] == PAD)  # what has ended stays as it is


def test_a_wide_beam_finds_the_likeliest_answer_there_is(lesson, model):
    """Against all answers of three tokens, written out."""
    encoder, step = lesson["build_steps"](model)
    x = sources(rows=3, seed=5)
    found = lesson["beam_search"]((encoder, step), x, 3, WRITE**2)
    for row in range(len(x)):
        source = x[row : row + 1]
        answers = np.array(list(itertools.product(range(WRITE), repeat=3)), dtype="int32")
        given = np.concatenate([np.full((len(answers), 1), START), answers[:, :-1]], axis=1)
        logits = model([np.repeat(source, len(answers), axis=0), given.astype("int32")])
        log = np.asarray(keras.ops.log_softmax(logits))
        each = np.take_along_axis(log, answers[:, :, None], axis=2)[:, :, 0]
        # After an end only padding follows, and costs nothing.
        ended = np.cumsum(answers == END, axis=1) - (answers == END) > 0
        possible = np.all(~ended | (answers == PAD), axis=1)
        total = np.where(possible, np.where(ended, 0, each).sum(axis=1), -np.inf)
        np.testing.assert_array_equal(found[row], answers[total.argmax()])


def test_switched_off_the_context_is_gone_and_the_rest_is_the_same(lesson, model):
    x, given = sources(), np.full((8, 2), START, dtype="int32")
    attention = model.get_layer("attention")
    on = np.asarray(model([x, given]))
    attention.on.assign(0.0)
    off = np.asarray(model([x, given]))
    other = attention.get_weights()
    attention.set_weights([w if w.ndim == 0 else 5 * w + 1 for w in other])
    changed = np.asarray(model([x, given]))
    attention.set_weights(other)
    attention.on.assign(1.0)
    assert np.abs(on - off).max() > 1e-3
    np.testing.assert_array_equal(off, changed)


@pytest.mark.parametrize("score", SCORES)
def test_scores_are_the_formulas(lesson, score):
    """In NumPy, one pair at a time."""
    generator = np.random.default_rng(2)
    query = generator.normal(size=(2, 3, 5)).astype("float32")
    memory = generator.normal(size=(2, 4, 5)).astype("float32")
    layer = lesson[score]()
    layer(query, memory, np.ones((2, 4), dtype=bool))
    found = np.asarray(layer.score(keras.ops.convert_to_tensor(query),
                                   keras.ops.convert_to_tensor(memory)))  # fmt: skip
    for b, i, j in np.ndindex(2, 3, 4):
        h, m = query[b, i], memory[b, j]
        if score == "Multiplicative":
            expected = m @ np.asarray(layer.w) @ h
        else:
            hidden = np.tanh(h @ np.asarray(layer.u) + m @ np.asarray(layer.v))
            expected = hidden @ np.asarray(layer.last)[:, 0]
        assert found[b, i, j] == pytest.approx(expected, abs=1e-4)


def test_training_lowers_the_loss_and_ignores_padding(lesson):
    build, compile_ = lesson["build_model"], lesson["compile_model"]
    keras.utils.set_random_seed(0)
    model = build(READ, WRITE, lesson["Multiplicative"])
    compile_(model, steps=100)
    x = sources(rows=100, longest=4)
    y = np.clip(x, None, WRITE - 1)
    given = np.concatenate([np.full((100, 1), START, dtype="int32"), y[:, :-1]], axis=1)
    logits = np.asarray(model([x, given]))
    log = np.asarray(keras.ops.log_softmax(logits))
    by_hand = -np.take_along_axis(log, y[:, :, None], axis=2)[:, :, 0][y != PAD].mean()
    assert float(model.loss(y, logits)) == pytest.approx(by_hand, rel=1e-4)
    history = model.fit([x, given], y, batch_size=4, epochs=4, verbose=0).history["loss"]
    assert history[-1] < 0.8 * history[0]
