"""Vocabularies and tokens: nothing is lost, and errors name what is wrong."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.text.tokenizer import END, PAD, START, CharTokenizer, Vocabulary, exact_match

TEXTS = st.lists(st.text("abcäß -", max_size=12), min_size=1, max_size=6)
TOKENS = CharTokenizer(["abc", "äß -"])


@given(st.text(min_size=1, max_size=200))
def test_decode_undoes_encode(text):
    vocabulary = Vocabulary(text)
    codes = vocabulary.encode(text)
    assert vocabulary.decode(codes) == text
    assert codes.dtype == np.int32
    assert codes.max() < len(vocabulary) == len(set(text))


def test_vocabulary_does_not_depend_on_the_order_of_the_text():
    assert Vocabulary("banana").characters == Vocabulary("nab").characters == "abn"


def test_empty_text_encodes_to_nothing_and_back():
    vocabulary = Vocabulary("ab")
    assert vocabulary.encode("").shape == (0,)
    assert vocabulary.decode(vocabulary.encode("")) == ""
    assert vocabulary.decode([]) == ""


@pytest.mark.parametrize("character", ["z", "A", "é", "\U0001f600", "\0"])
def test_character_outside_the_vocabulary_is_named(character):
    with pytest.raises(ValueError, match="position 2") as caught:
        Vocabulary("abc").encode("ab" + character)
    assert repr(character) in str(caught.value)
    assert "abc" in str(caught.value)


def test_long_vocabulary_is_not_printed_whole():
    with pytest.raises(ValueError) as caught:
        Vocabulary("".join(map(chr, range(1000)))).encode("\U0001f600")
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("codes", [[0, 3], [-1], [[0, 1]], [0.5]])
def test_bad_codes_are_refused(codes):
    with pytest.raises(ValueError, match="codes"):
        Vocabulary("abc").decode(codes)


def test_vocabulary_needs_a_text():
    with pytest.raises(ValueError, match="text is empty"):
        Vocabulary("")


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


def test_exact_match():
    assert exact_match(["a", "b", ""], ["a", "c", ""]).tolist() == [True, False, True]
    with pytest.raises(ValueError, match="1 answers and 2 truths"):
        exact_match(["a"], ["a", "b"])
