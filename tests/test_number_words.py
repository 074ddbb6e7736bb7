"""Number words: against num2words, and splits that cannot leak."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from utils.data.number_words import (
    LANGUAGES,
    LARGEST,
    make_number_words,
    to_words,
    word_pattern,
)


@given(st.integers(0, LARGEST), st.sampled_from(LANGUAGES))
def test_words_are_those_of_num2words(number, language):
    assert to_words(number, language) == num2words(number, lang=language).replace("\u00ad", "")


def test_no_number_is_in_both_sets_and_lengths_are_drawn_evenly():
    train, test = make_number_words(1_000, 200, seed=2)
    everything = train.targets + test.targets
    assert len(set(everything)) == len(set(train.sources + test.sources)) == 1_200
    assert all(to_words(int(t)) == s for s, t in zip(test.sources, test.targets, strict=True))
    counts = [sum(len(target) == digits for target in everything) for digits in range(1, 7)]
    assert counts[:2] == [9, 90] and max(counts[2:]) - min(counts[2:]) <= 1


def test_all_numbers_can_be_used():
    train, test = make_number_words(80, 19, largest=99)
    assert sorted(map(int, train.targets + test.targets)) == list(range(1, 100))


def test_seed_decides():
    assert make_number_words(50, 20, seed=3) == make_number_words(50, 20, seed=3)
    assert make_number_words(50, 20, seed=3) != make_number_words(50, 20, seed=4)


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"train": 0}, "train"),
        ({"test": 0.5}, "test"),
        ({"seed": -1}, "seed"),
        ({"test": 0}, "test"),
        ({"largest": 10**6}, "largest"),
        ({"train": 90, "test": 20, "largest": 99}, "train and test"),
        ({"language": "xx"}, "language"),
    ],
)
def test_bad_settings_are_named(settings, name):
    with pytest.raises(ValueError, match=name):
        make_number_words(**settings)


@pytest.mark.parametrize("number", [-1, LARGEST + 1, 2.5, "7"])
def test_bad_numbers_are_named(number):
    with pytest.raises(ValueError, match="number"):
        to_words(number)


@given(st.integers(0, LARGEST), st.sampled_from(["de", "en", "es", "fr"]))
def test_words_found_in_a_number_are_few_and_leave_out_nothing(number, language):
    text = to_words(number, language)
    found = re.findall(word_pattern(language), text)
    assert "".join(found) == re.sub("[ ,-]", "", text)
    assert len(found) <= 13


def test_parts_of_a_number_in_english_and_german():
    assert re.findall(word_pattern(), "twenty-one thousand, six") == [
        "twenty", "one", "thousand", "six"
    ]  # fmt: skip
    german = re.findall(word_pattern("de"), "einundzwanzigtausendsechzehn")
    assert german == ["ein", "und", "zwanzig", "tausend", "sechzehn"]
    with pytest.raises(ValueError, match="language"):
        word_pattern("it")
