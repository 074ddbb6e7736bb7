"""Edit distance on cases known by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.text.edit_distance import edit_distance, label_error

WORDS = st.text("abc", max_size=6)


@pytest.mark.parametrize(
    ("first", "second", "edits"),
    [("kitten", "sitting", 3), ("", "abc", 3), ("abc", "", 3), ("ab", "ba", 2), ("ac", "abc", 1)],
)
def test_known_cases(first, second, edits):
    assert edit_distance(first, second) == edits
    assert edit_distance(list(first), tuple(second)) == edits


@given(WORDS, WORDS, WORDS)
def test_it_is_a_distance(a, b, c):
    assert edit_distance(a, b) == edit_distance(b, a)
    assert (edit_distance(a, b) == 0) == (a == b)
    assert edit_distance(a, c) <= edit_distance(a, b) + edit_distance(b, c)


def test_label_error_weighs_by_labels_not_by_sequences():
    assert label_error([[1], [1, 2, 3]], [[2], [1, 2, 3]]) == 25
    assert label_error(["aaaa"], ["a"]) == 300


def test_bad_arguments():
    with pytest.raises(ValueError, match="1 answers and 2 truths"):
        label_error(["a"], ["a", "b"])
    with pytest.raises(ValueError, match="no label"):
        label_error(["a"], [""])
