"""Batches: rows go on where they stopped, every character is scored once, places by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.text.batches import code_features, evaluation_streams, stateful_batches


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: stateful_batches(np.array([], dtype=int), 1, 1, 1), "codes is empty"),
        (lambda: stateful_batches(np.arange(4), 0, 1, 1), "batch_size is 0"),
        (lambda: stateful_batches(np.arange(4), 2, 0, 1), "length is 0"),
        (lambda: stateful_batches(np.arange(4), 2, 1, 0), "steps is 0"),
        (lambda: stateful_batches(np.arange(4), 2, 1, 1, -1), "first_step is -1"),
        (lambda: stateful_batches(np.arange(4), 5, 1, 1), "batch_size 5"),
        (lambda: stateful_batches(np.arange(4.0), 2, 1, 1), "integers"),
        (lambda: stateful_batches(np.zeros((2, 2), dtype=int), 2, 1, 1), "one text"),
        (lambda: evaluation_streams(np.arange(4), 0, 1, 1), "first is 0"),
        (lambda: evaluation_streams(np.arange(4), 4, 1, 1), "first is 4"),
        (lambda: evaluation_streams(np.arange(4), 2, 3, 1), "streams is 3"),
        (lambda: evaluation_streams(np.arange(4), 2, 1, -1), "context is -1"),
    ],
)
def test_bad_input_says_what_is_wrong(call, message):
    with pytest.raises(ValueError, match=message):
        call()


sizes = st.integers(1, 7)


@given(st.integers(7, 60), sizes, sizes, st.integers(1, 12), st.integers(0, 12))
def test_rows_go_on_where_they_stopped(n, batch_size, length, steps, first):
    codes = np.arange(n)
    inputs, targets = stateful_batches(codes, batch_size, length, steps, first)
    assert inputs.shape == targets.shape == (steps * batch_size, length)
    np.testing.assert_array_equal(targets, (inputs + 1) % n)
    rows = inputs.reshape(steps, batch_size, length)
    walked = np.swapaxes(rows, 0, 1).reshape(batch_size, -1)  # each stream
    np.testing.assert_array_equal(np.diff(walked) % n, 1 % n)


@given(st.integers(7, 60), sizes, sizes, st.integers(1, 6), st.integers(1, 6))
def test_two_calls_are_one(n, batch_size, length, first, second):
    whole = stateful_batches(np.arange(n), batch_size, length, first + second)
    one = stateful_batches(np.arange(n), batch_size, length, first)
    two = stateful_batches(np.arange(n), batch_size, length, second, first)
    for part in (0, 1):
        np.testing.assert_array_equal(whole[part], np.concatenate([one[part], two[part]]))


def test_one_pass_reads_every_character_once():
    inputs, _ = stateful_batches(np.arange(48), 3, 4, 4)
    np.testing.assert_array_equal(np.sort(inputs.ravel()), np.arange(48))


@given(st.integers(2, 80), st.data())
def test_every_character_is_scored_once_with_its_context(n, data):
    first = data.draw(st.integers(1, n - 1))
    streams = data.draw(st.integers(1, n - first))
    context = data.draw(st.integers(0, 20))
    inputs, targets, scored = evaluation_streams(np.arange(n), first, streams, context)
    assert inputs.shape == targets.shape == scored.shape
    np.testing.assert_array_equal(np.sort(targets[scored]), np.arange(first, n))
    np.testing.assert_array_equal(targets[scored], inputs[scored] + 1)
    for row, marks in zip(inputs, scored, strict=True):
        if marks.any():
            before = row[: np.argmax(marks) + 1]  # what is read up to the first scored target
            possible = min(context, before[-1])
            np.testing.assert_array_equal(np.diff(before[-possible - 1 :]), 1)


def test_code_features_by_hand():
    text = 'def f(a, b):\n    """Say \'hi"""\n    x = "(#"  # it\'s (\n    return [x]\n'
    features = code_features(text)

    def marks(name):
        return "".join(str(int(v)) for v in features[name])

    lines = [len(line) for line in text.splitlines(keepends=True)]
    assert marks("brackets")[: lines[0]] == "0000011111000"
    second = slice(lines[0], sum(lines[:2]))
    assert marks("indent")[second] == "1234" + "4" * 13 + "0"
    assert marks("docstring")[second] == "0000" + "1" * 10 + "0000"
    assert features["column"].tolist() == [i for length in lines for i in range(length)]
    third = slice(sum(lines[:2]), sum(lines[:3]))
    assert marks("quotes")[third] == "0000" + "0000" + "111" + "0" * (lines[2] - 11)
    assert set(marks("brackets")[third]) == {"0"}
    assert marks("brackets")[sum(lines[:3]) :] == "00000000000" + "11" + "00"


@given(st.text(alphabet="ab \n\"'\\#()[]{}", max_size=60))
def test_code_features_have_a_number_for_every_character(text):
    for values in code_features(text).values():
        assert values.shape == (len(text),)
        assert (values >= 0).all()
