"""Strings of the grammars belong to them, and what is said to be legal is."""

from __future__ import annotations

import re

import numpy as np
import pytest

from utils.data.grammars import (
    REBER_GRAPH,
    REBER_SYMBOLS,
    legal_after_each,
    make_anbn_strings,
    make_embedded_reber_string,
    make_reber_stream,
    make_reber_string,
)

# The Reber grammar once more, as a regular expression worked out by hand from the picture.
_UPPER = r"TS*X"  # from node 1 to node 4 along the top
_LOWER = r"PT*V"  # from node 1 to node 5 along the bottom
_REBER = re.compile(rf"B(?:{_UPPER}(?:XT*VP)*(?:S|XT*VV)|{_LOWER}(?:V|P(?:XT*VP)*(?:S|XT*VV)))E")


@pytest.fixture(scope="module")
def stream():
    return make_reber_stream(20_000, seed=3)


def test_known_strings_of_the_literature():
    for text in ("BTXSE", "BPVVE", "BTSSXXTVVE", "BPVPXVPXVPXVVE"):
        assert _REBER.fullmatch(text)
        legal_after_each(f"BT{text}TE")
    for text in ("BTSXSEX", "BPVXVE", "BTXXE", "PVVE"):
        assert not _REBER.fullmatch(text)


def test_strings_belong_to_the_grammar_and_differ():
    random = np.random.default_rng(0)
    texts = [make_reber_string(random) for _ in range(2000)]
    assert all(_REBER.fullmatch(text) for text in texts)
    assert min(map(len, texts)) == 5
    assert len(set(texts)) > 200


def test_both_edges_are_taken_equally_often():
    random = np.random.default_rng(1)
    texts = [make_reber_string(random) for _ in range(4000)]
    assert np.mean([text[1] == "T" for text in texts]) == pytest.approx(0.5, abs=0.03)
    # After BT, S or X.
    third = [text[2] == "S" for text in texts if text[1] == "T"]
    assert np.mean(third) == pytest.approx(0.5, abs=0.04)


def test_second_and_second_to_last_symbol_agree():
    random = np.random.default_rng(2)
    texts = [make_embedded_reber_string(random) for _ in range(2000)]
    for text in texts:
        assert text[0] == "B" and text[-1] == "E" and text[1] == text[-2] in "TP"
        assert _REBER.fullmatch(text[2:-2])
    assert np.mean([text[1] == "T" for text in texts]) == pytest.approx(0.5, abs=0.04)


def test_legal_symbols_are_those_that_occur():
    """Sets as told, and as observed after the same beginning in many strings."""
    random = np.random.default_rng(3)
    texts = [make_embedded_reber_string(random) for _ in range(5000)]
    observed: dict[str, set[str]] = {}
    for text in texts:
        for step in range(5):
            observed.setdefault(text[: step + 1], set()).add(text[step + 1])
    for text in texts[:200]:
        told = legal_after_each(text)
        assert len(told) == len(text)
        assert told[-3] == {text[1]} and told[-2] == {"E"} and told[-1] == {"B"}
        for step in range(5):
            assert observed[text[: step + 1]] <= told[step]
            if step < 3:  # often enough for all to have occurred
                assert observed[text[: step + 1]] == told[step]


@pytest.mark.parametrize(
    "text", ["", "BT", "BTBTXSEPE", "BTBTXSETEE", "BTBTXETE", "PTBTXSETE", "BSBTXSESE"]
)
def test_other_strings_are_refused(text):
    with pytest.raises(ValueError, match="no embedded Reber string"):
        legal_after_each(text)


def test_stream_is_strings_in_a_row(stream):
    letters = "".join(REBER_SYMBOLS[k] for k in stream.symbols)
    starts = np.flatnonzero(np.diff(stream.string, prepend=-1))
    for start, end in zip(starts, starts[1:], strict=False):
        legal_after_each(letters[start:end])
    assert (stream.following[:-1] == stream.symbols[1:]).all()
    assert stream.legal[np.arange(len(letters)), stream.following].all()
    assert set(stream.legal.sum(axis=1)) <= {1, 2}


def test_recall_marks_the_symbol_from_the_start(stream):
    letters = np.array(REBER_SYMBOLS)
    at = np.flatnonzero(stream.recall)
    assert len(at) == pytest.approx(stream.string[-1], abs=1)
    for step in at:
        start = np.flatnonzero(stream.string == stream.string[step])[0]
        assert letters[stream.following[step]] == letters[stream.symbols[start + 1]]
        assert letters[stream.symbols[step]] == "E"
        assert stream.legal[step].sum() == 1


def test_stream_repeats_with_its_seed_and_only_with_it():
    first, again = make_reber_stream(300, seed=(1, 2)), make_reber_stream(300, (1, 2))
    other = make_reber_stream(300, seed=(1, 3))
    assert all((a == b).all() for a, b in zip(first, again, strict=True))
    assert (first.symbols != other.symbols).any()
    longer = make_reber_stream(500, seed=(1, 2))
    assert all((a == b[:300]).all() for a, b in zip(first, longer, strict=True))


def test_anbn_by_hand():
    inputs, legal, mask = make_anbn_strings([2, 1])
    assert inputs.shape == legal.shape == (2, 5, 3)
    assert inputs[0].argmax(axis=-1).tolist() == [0, 1, 1, 2, 2]
    assert legal[0].tolist() == [[1, 0, 0], [1, 1, 0], [1, 1, 0], [0, 1, 0], [0, 0, 1]]
    assert legal[1, :3].tolist() == [[1, 0, 0], [1, 1, 0], [0, 0, 1]]
    assert mask.tolist() == [[True] * 5, [True] * 3 + [False] * 2]
    assert not inputs[~mask].any() and not legal[~mask].any()


def test_the_end_is_legal_exactly_once_a_string():
    inputs, legal, mask = make_anbn_strings(range(1, 30))
    assert (legal[..., 2].sum(axis=1) == 1).all()
    assert (inputs[..., 1].sum(axis=1) == inputs[..., 2].sum(axis=1)).all()
    assert (mask.sum(axis=1) == 2 * np.arange(1, 30) + 1).all()


@pytest.mark.parametrize("counts", [[], [0], [1.5], [True], [3, -1]])
def test_anbn_refuses_other_counts(counts):
    with pytest.raises(ValueError, match="counts is"):
        make_anbn_strings(counts)


@pytest.mark.parametrize(("length", "seed"), [(0, 0), (2.5, 0), (10, -1), (10, ()), (10, "a")])
def test_stream_refuses_other_arguments(length, seed):
    with pytest.raises(ValueError, match="length is|seed is"):
        make_reber_stream(length, seed)


def test_the_graph_has_one_start_one_end_and_no_blind_alley():
    targets = [t for edges in REBER_GRAPH for t in edges.values()]
    assert targets.count(None) == 1
    assert {t for t in targets if t is not None} == set(range(1, len(REBER_GRAPH)))
    assert all(1 <= len(edges) <= 2 for edges in REBER_GRAPH)
