"""Judging written text: shares that real code and nonsense are known to score."""

import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.text.quality import bracket_balance, code_quality, distinct_n, is_valid_python


@pytest.mark.parametrize("line", ["x = 1", "    return x", "for i in x:", "# note", "", "word"])
def test_lines_that_parse(line):
    if line.strip().startswith("return"):
        assert is_valid_python(line)  # parsing does not ask where it stands
    assert is_valid_python(line)


@pytest.mark.parametrize("line", ["x = (1", "two words", "return)", "x = 'a", "\0", "else:"])
def test_lines_that_do_not_parse(line):
    assert not is_valid_python(line)


@given(st.text(max_size=40))
def test_no_line_stops_or_warns(line):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert is_valid_python(line) in (True, False)


@pytest.mark.parametrize(
    ("text", "share"),
    [("", 1), ("no brackets", 1), ("f(x[0])", 1), ("(]", 0), ("())", 2 / 3), ("([)]", 1 / 2)],
)
def test_matched_brackets(text, share):
    assert bracket_balance(text) == pytest.approx(share)


@given(st.text(alphabet="()[]{}a", max_size=40))
def test_matched_brackets_is_a_share_that_balance_keeps(text):
    share = bracket_balance(text)
    assert 0 <= share <= 1
    if share == 1:
        assert bracket_balance(f"({text})") == 1


def test_code_quality():
    text = "cut (\nx = 1\n    y = (2)\n  bad line\ncut"
    quality = code_quality([text])
    assert quality["lines that parse"] == pytest.approx(2 / 3)
    assert quality["indent by fours"] == pytest.approx(2 / 3)
    assert quality["brackets matched"] == pytest.approx(2 / 3)


def test_distinct_pieces():
    assert distinct_n(["abcd"], 2) == 1
    assert distinct_n(["aaaa"], 2) == pytest.approx(1 / 3)
    assert distinct_n(["ab", "ab"], 2) == pytest.approx(1 / 2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: code_quality([]), "texts"),
        (lambda: code_quality("text"), "texts"),
        (lambda: distinct_n(["abc"], 0), "length is 0"),
        (lambda: distinct_n(["abc"], 4), "length is 4"),
    ],
)
def test_bad_input_says_what_is_wrong(call, message):
    with pytest.raises(ValueError, match=message):
        call()
