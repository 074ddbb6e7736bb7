"""Every exercise: its solution passes, its mistakes fail, and the untouched cell is neither."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import utils.exercises
from utils.exercises import Exercise, WrongAnswer, untouched, wrong_if
from utils.lessons import PATHS, read, tags

MODULES = [m.name for m in pkgutil.iter_modules(utils.exercises.__path__)]
EXERCISES = [
    exercise
    for name in MODULES
    for exercise in importlib.import_module(f"utils.exercises.{name}").EXERCISES
]
each = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.number)


def verdict(exercise: Exercise, source: str) -> tuple[str, str]:
    names: dict = {}
    exec(exercise.setup, names)  # noqa: S102
    exec(source, names)  # noqa: S102
    extra = [names[name] for name in exercise.extra]
    return exercise.verdict(names[exercise.answer_name], *extra)


def test_each_lesson_has_its_exercises():
    assert [f"lesson_{p.name[:2]}" for p in PATHS] == sorted(MODULES)
    assert len({e.number for e in EXERCISES}) == len(EXERCISES)


@each
def test_solution_is_right_and_says_why(exercise):
    state, message = verdict(exercise, exercise.solution_code)
    assert state == "right", message
    assert len(message.split()) >= 8, "say why the answer is right"


@each
def test_mistakes_are_wrong_and_each_gets_an_answer(exercise):
    assert len(exercise.mistakes) >= 2
    for source in exercise.mistakes:
        state, message = verdict(exercise, source)
        assert state == "wrong", f"passes: {source}"
        assert "stopped with" not in message, f"{source}: {message}"
        assert len(message.split()) >= 6, message


@each
def test_different_mistakes_get_different_answers(exercise):
    messages = {verdict(exercise, source)[1] for source in exercise.mistakes}
    assert len(messages) >= 2, "one message for all mistakes helps nobody"


@each
def test_hints_and_solution_print(exercise, capsys):
    assert len(exercise.hints) >= 2
    for _ in exercise.hints:
        exercise.hint()
    exercise.solution()
    printed = capsys.readouterr().out
    assert all(hint in printed for hint in exercise.hints)
    assert exercise.solution_code in printed


@pytest.mark.parametrize("path", PATHS, ids=[p.stem for p in PATHS])
def test_untouched_cells_of_the_lesson(path):
    """The saved notebook asks every exercise, once, in order, and none is answered."""
    cells = read(path)["cells"]
    asked = [c for c in cells if "check" in tags(c)]
    number = path.name[:2]
    exercises = [e for e in EXERCISES if e.number.startswith(f"{number}.")]
    assert len(asked) == len(exercises)
    for cell, exercise in zip(asked, exercises, strict=True):
        printed = "".join("".join(o.get("text", "")) for o in cell["outputs"])
        assert printed.startswith(f"Exercise {exercise.number} "), printed
        assert "not answered yet" in printed
    answers = [c for c in cells if "answer" in tags(c)]
    for cell, exercise in zip(answers, exercises, strict=True):
        assert exercise.answer_name in cell["source"]


def test_untouched_values_and_functions():
    def dots(x): ...

    def dots_with_docstring(x):
        """What to do."""
        ...

    def returned_dots(x):
        return ...

    assert all(map(untouched, [..., None, dots, dots_with_docstring, returned_dots]))
    assert not any(map(untouched, [0, "", [], lambda x: x, lambda x: 3]))


def test_an_answer_that_breaks_is_wrong_not_an_error():
    def check(answer):
        return f"{answer(1)}"

    exercise = Exercise(
        "99.1", "t", check, hints=("a", "b"), solution="", answer_name="f", mistakes=()
    )
    state, message = exercise.verdict(lambda x: x / 0)
    assert state == "wrong"
    assert "ZeroDivisionError" in message


def test_wrong_if():
    wrong_if(False, "not raised")
    with pytest.raises(WrongAnswer, match="raised"):
        wrong_if(True, "raised")
