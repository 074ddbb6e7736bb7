"""Number words: against num2words, splits that cannot leak, and the checksum."""

import importlib.metadata
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from utils.data import number_words
from utils.data.number_words import LANGUAGES, LARGEST, checksum, make_number_words, to_words

NUMBERS = st.integers(1, LARGEST)


@given(NUMBERS, st.sampled_from(LANGUAGES))
def test_words_are_num2words(number, language):
    assert to_words(number, language) == num2words(number, lang=language).replace("\u00ad", "")


def test_default_is_the_pinned_set():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert checksum(*make_number_words()) == number_words.CHECKSUM


def test_no_number_in_both_sets():
    train, test = make_number_words(3_000, 500, seed=2)
    everything = train.targets + test.targets
    assert len(everything) == len(set(everything)) == 3_500
    assert len(set(train.sources + test.sources)) == 3_500
    assert all(to_words(int(t)) == s for s, t in zip(test.sources, test.targets, strict=True))


def test_lengths_are_drawn_evenly():
    train, test = make_number_words(3_000, 600)
    count = [sum(len(t) == digits for t in train.targets + test.targets) for digits in range(1, 7)]
    assert count[:2] == [9, 90]
    assert max(count[3:]) - min(count[3:]) <= 1


def test_all_numbers_can_be_used():
    train, test = make_number_words(80, 19, largest=99)
    assert sorted(map(int, train.targets + test.targets)) == list(range(1, 100))


def test_seed_decides():
    assert make_number_words(50, 20, seed=3) == make_number_words(50, 20, seed=3)
    assert make_number_words(50, 20, seed=3) != make_number_words(50, 20, seed=4)


def test_another_version_is_said(monkeypatch):
    monkeypatch.setattr(number_words, "CHECKSUM", "0" * 64)
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "9.9.9")
    with pytest.warns(UserWarning, match=r"num2words 0\.5\.14 made those, and 9\.9\.9"):
        make_number_words()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"train": 0}, "train is 0"),
        ({"test": 0}, "test is 0"),
        ({"largest": 10**6}, "largest is 1000000"),
        ({"train": 90, "test": 20, "largest": 99}, "there are 99 numbers"),
        ({"language": "xx"}, "language is 'xx'; allowed are da, de"),
    ],
)
def test_bad_settings_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        make_number_words(**settings)


@pytest.mark.parametrize("number", [-1, LARGEST + 1])
def test_bad_numbers_are_named(number):
    with pytest.raises(ValueError, match=f"number is {number}"):
        to_words(number)
