"""Strings belong to their grammar, and the symbols called legal are legal."""

import re

import numpy as np
import pytest

from utils.data.grammars import (
    REBER_SYMBOLS,
    legal_after_each,
    make_anbn_strings,
    make_embedded_reber_string,
    make_reber_stream,
    make_reber_string,
)

# The Reber grammar as a regular expression, worked out by hand from the picture of its graph.
_UPPER = r"TS*X"  # from node 1 to node 4 along the top
_LOWER = r"PT*V"  # from node 1 to node 5 along the bottom
_REBER = re.compile(rf"B(?:{_UPPER}(?:XT*VP)*(?:S|XT*VV)|{_LOWER}(?:V|P(?:XT*VP)*(?:S|XT*VV)))E")


@pytest.fixture(scope="module")
def stream():
    return make_reber_stream(20_000, seed=3)


@pytest.mark.parametrize("text", ["BTXSE", "BPVVE", "BTSSXXTVVE", "BPVPXVPXVPXVVE"])
def test_known_strings_of_the_literature(text):
    assert _REBER.fullmatch(text)
    assert len(legal_after_each(f"BT{text}TE")) == len(text) + 4


def test_strings_belong_to_the_grammar_and_edges_are_equally_likely():
    random = np.random.default_rng(0)
    texts = [make_reber_string(random) for _ in range(4000)]
    assert all(_REBER.fullmatch(text) for text in texts) and len(set(texts)) > 200
    assert np.mean([text[1] == "T" for text in texts]) == pytest.approx(0.5, abs=0.03)
    third = [text[2] == "S" for text in texts if text[1] == "T"]
    assert np.mean(third) == pytest.approx(0.5, abs=0.04)


def test_legal_symbols_are_those_that_occur():
    """As told, and as observed after the same beginning in many strings."""
    random = np.random.default_rng(3)
    texts = [make_embedded_reber_string(random) for _ in range(5000)]
    assert np.mean([text[1] == "T" for text in texts]) == pytest.approx(0.5, abs=0.03)
    observed: dict[str, set[str]] = {}
    for text in texts:
        for step in range(5):
            observed.setdefault(text[: step + 1], set()).add(text[step + 1])
    for text in texts[:200]:
        assert text[0] == "B" and text[1] == text[-2] in "TP" and _REBER.fullmatch(text[2:-2])
        told = legal_after_each(text)
        assert told[-3:] == [{text[1]}, {"E"}, {"B"}]
        assert all(observed[text[: step + 1]] <= told[step] for step in range(5))
        assert all(observed[text[: step + 1]] == told[step] for step in range(3))  # often enough


@pytest.mark.parametrize(
    "text", ["", "BT", "BTBTXSEPE", "BTBTXSETEE", "BTBTXETE", "PTBTXSETE", "BSBTXSESE"]
)
def test_other_strings_are_refused(text):
    with pytest.raises(ValueError, match="text"):
        legal_after_each(text)


def test_stream_is_strings_in_a_row(stream):
    letters = np.array(REBER_SYMBOLS)[stream.symbols]
    starts = np.flatnonzero(np.diff(stream.string, prepend=-1))
    for start, end in zip(starts, starts[1:], strict=False):
        text = "".join(letters[start:end])
        legal_after_each(text)
        assert np.flatnonzero(stream.recall[start:end]).tolist() == [len(text) - 3]
        assert REBER_SYMBOLS[stream.following[end - 3]] == text[1]
    assert (stream.following[:-1] == stream.symbols[1:]).all()
    assert stream.legal[np.arange(len(letters)), stream.following].all()
    assert (stream.legal[stream.recall].sum(axis=1) == 1).all()


def test_the_seed_decides():
    first, longer = make_reber_stream(300, seed=(1, 2)), make_reber_stream(500, seed=(1, 2))
    assert all((a == b[:300]).all() for a, b in zip(first, longer, strict=True))
    assert (first.symbols != make_reber_stream(300, seed=(1, 3)).symbols).any()


def test_anbn_by_hand():
    inputs, legal, mask = make_anbn_strings([2, 1])
    assert inputs[0].argmax(axis=-1).tolist() == [0, 1, 1, 2, 2]
    assert legal[0].tolist() == [[1, 0, 0], [1, 1, 0], [1, 1, 0], [0, 1, 0], [0, 0, 1]]
    assert legal[1, :3].tolist() == [[1, 0, 0], [1, 1, 0], [0, 0, 1]]
    assert mask.tolist() == [[True] * 5, [True] * 3 + [False] * 2]
    assert not inputs[~mask].any() and not legal[~mask].any()


@pytest.mark.parametrize("counts", [[], [0], [1.5], [True], [3, -1]])
def test_anbn_refuses_other_counts(counts):
    with pytest.raises(ValueError, match="counts"):
        make_anbn_strings(counts)


@pytest.mark.parametrize(
    ("length", "seed", "name"),
    [(0, 0, "length"), (2.5, 0, "length"), (10, -1, "seed"), (10, "a", "seed")],
)
def test_stream_refuses_other_arguments(length, seed, name):
    with pytest.raises(ValueError, match=name):
        make_reber_stream(length, seed)
