"""Tokens with padding, start and end: round trips, and errors that name what is wrong."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.text.tokenizer import END, PAD, START, CharTokenizer, exact_match

TEXTS = st.lists(st.text("abcäß -", max_size=12), min_size=1, max_size=6)
TOKENS = CharTokenizer(["abc", "äß -"])


@given(TEXTS, st.integers(0, 5))
def test_round_trip_at_any_padding(texts, more):
    length = max(map(len, texts)) + 2 + more
    tokens = TOKENS.encode(texts, length, start=True, end=True)
    assert tokens.shape == (len(texts), length) and tokens.dtype == np.int32
    assert TOKENS.decode(tokens) == texts
    for row, text in zip(tokens, texts, strict=True):
        assert row[0] == START and row[len(text) + 1] == END
        assert (row[len(text) + 2 :] == PAD).all()
        assert (row[: len(text) + 2] != PAD).all()


def test_tokens_are_one_a_character():
    assert len(TOKENS) == 3 + 7
    tokens = TOKENS.encode(["abcäß -"])
    assert sorted(tokens[0]) == list(range(3, 10))


def test_what_follows_the_end_is_not_read():
    a, b = TOKENS.encode(["ab"])[0]
    assert TOKENS.decode([[START, a, END, b, PAD]]) == ["a"]
    assert TOKENS.decode([[a, b]]) == ["ab"]


@pytest.mark.parametrize(
    ("texts", "settings", "message"),
    [
        ("abc", {}, "put it in a list"),
        ([], {}, "texts is empty"),
        (["a", ""], {}, "text 1 is empty"),
        (["abc"], {"length": 2}, "length is 2 and the longest text needs 3"),
        (["xyz"], {}, "'x'"),
    ],
)
def test_bad_texts_are_named(texts, settings, message):
    with pytest.raises(ValueError, match=message):
        TOKENS.encode(texts, **settings)


@pytest.mark.parametrize("tokens", [[1, 2, 3], [[99]], [[-1]]])
def test_bad_tokens_are_named(tokens):
    with pytest.raises(ValueError, match="tokens"):
        TOKENS.decode(tokens)


def test_no_characters():
    with pytest.raises(ValueError, match="texts holds no character"):
        CharTokenizer([])


def test_matches():
    assert exact_match(["a", "b", ""], ["a", "c", ""]).tolist() == [True, False, True]
    with pytest.raises(ValueError, match="1 answers and 2 truths"):
        exact_match(["a"], ["a", "b"])
