"""The machinery of exercises; their solutions and mistakes run in tests/test_solutions.py."""

import pytest

from utils.exercises import Exercise, WrongAnswer, untouched, wrong_if


def exercise(check):
    return Exercise(
        "99.1",
        "Title",
        check,
        hints=("first", "second"),
        solution="answer = 3",
        answer_name="answer",
        mistakes=("answer = 4",),
    )


def three(answer):
    wrong_if(answer != 3, "Count again.")
    return "There are three of them."


def test_right_wrong_and_untouched(capsys):
    asked = exercise(three)
    assert [asked.grade(a)[0] for a in (3, 4, ...)] == ["right", "wrong", "untouched"]
    asked.check(4)
    assert "Count again." in capsys.readouterr().out


def test_an_answer_that_breaks_is_wrong_and_not_an_error():
    state, message = exercise(lambda answer: f"{answer(1)}").grade(lambda x: x / 0)
    assert state == "wrong" and "ZeroDivisionError" in message


def test_hints_come_in_order_and_start_again(capsys):
    asked = exercise(three)
    for _ in range(3):
        asked.hint()
    first, second, again = capsys.readouterr().out.splitlines()
    assert "first" in first and "second" in second and first == again
    asked.solution()
    assert capsys.readouterr().out.strip() == "answer = 3"


def test_untouched_values_and_functions():
    def dots(x): ...

    def dots_with_docstring(x):
        """What to do."""
        ...

    def returned_dots(x):
        return ...

    assert all(map(untouched, [..., None, dots, dots_with_docstring, returned_dots]))
    assert not any(map(untouched, [0, "", [], lambda x: x, lambda x: 3]))


def test_wrong_if():
    wrong_if(False, "not raised")
    with pytest.raises(WrongAnswer):
        wrong_if(True, "raised")
