"""Exercises that check themselves: one module a lesson, each with its ``EXERCISES``.

An exercise knows how to check an answer, hints in order, a reference solution, and mistakes
that learners make. The tests execute all of them inside the lesson's own notebook, with its small
parameters: the solution must pass, every mistake must fail with a message that fits it, and the
untouched cell must be neither.

In a lesson, the cell with the learner's answer is tagged ``answer`` and the cell that checks it
``check``, so that a tool can turn both into cells of an assignment (``points`` is its weight).
"""

from __future__ import annotations

import dis
from collections.abc import Callable
from typing import Any

import numpy as np


class WrongAnswer(Exception):
    """An answer that was given and is not right; its message says what to think about."""


def wrong_if(condition: Any, message: str) -> None:
    """Reject the answer with this message if the condition is true."""
    if condition:
        raise WrongAnswer(message)


def one_per_seed(answer: Any, seeds: list[int], what: str = "differences") -> np.ndarray:
    """The answer as an array (seeds,), if it is a list or column of so many finite numbers."""
    wrong_if(
        np.ndim(answer) == 0,
        f"Give a list of {what}, one a seed: a single number hides how much luck was in it.",
    )
    values = np.asarray(answer, dtype=float)
    wrong_if(
        values.shape != (len(seeds),),
        f"You gave {values.size} values; {len(seeds)} seeds give as many {what}.",
    )
    wrong_if(not np.all(np.isfinite(values)), f"One of your {what} is not a number.")
    return values


class Exercise:
    """A question with its check, hints and solution.

    Parameters
    ----------
    number
        Lesson and place: ``"04.1"``.
    title
        A few words.
    test
        Gets what the learner wrote (and the extra arguments of ``check``); calls ``wrong_if``
        for each mistake it knows and returns a sentence that says why the answer is right.
    hints
        From a nudge to nearly the answer.
    solution
        Source text that defines ``answer_name``.
    answer_name
        The name that the learner's cell defines.
    mistakes
        Source texts of plausible wrong answers, at least two.
    points
        Weight in an assignment.
    extra
        Names, defined by the notebook, that ``check`` gets after the answer.
    """

    def __init__(
        self,
        number: str,
        title: str,
        test: Callable[..., str],
        *,
        hints: tuple[str, ...],
        solution: str,
        answer_name: str,
        mistakes: tuple[str, ...],
        points: int = 1,
        extra: tuple[str, ...] = (),
    ) -> None:
        self.number, self.title, self.test, self.hints = number, title, test, hints
        self.solution_code, self.answer_name = solution.strip(), answer_name
        self.mistakes, self.points, self.extra = mistakes, points, extra
        self._hints_given = 0

    def check(self, answer: Any, *extra: Any) -> None:
        """Say whether the answer is right, and why; never stops the notebook."""
        print(self.grade(answer, *extra)[1])

    def grade(self, answer: Any, *extra: Any) -> tuple[str, str]:
        """``"untouched"``, ``"right"`` or ``"wrong"``, and what ``check`` prints."""
        name = f"Exercise {self.number}"
        if untouched(answer):
            return "untouched", (
                f"{name} ({self.title}): not answered yet. Put your answer in place of the dots "
                "and run both cells."
            )
        try:
            why = self.test(answer, *extra)
        except WrongAnswer as mistake:
            return "wrong", f"{name}: not yet. {mistake}"
        except Exception as error:  # noqa: BLE001
            # The learner's code broke inside the check: that is an answer too.
            return "wrong", (
                f"{name}: not yet. Your answer stopped with {type(error).__name__}: {error}"
            )
        return "right", f"{name}: right. {why}"

    def hint(self) -> None:
        """Print the next hint; after the last one, start again."""
        which = self._hints_given % len(self.hints)
        self._hints_given += 1
        print(f"Hint {which + 1} of {len(self.hints)}: {self.hints[which]}")

    def solution(self) -> None:
        """Print a solution; there may be others."""
        print(self.solution_code)


def untouched(answer: Any) -> bool:
    """Whether the answer is still the dots of the exercise: a value, or a function's body."""
    if answer is None or answer is Ellipsis:
        return True
    code = getattr(answer, "__code__", None)
    if code is None:
        return False
    # A body of dots compiles to "return None" and nothing else, with or without a docstring.
    empty = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST", "POP_TOP"}
    instructions = list(dis.get_instructions(code))
    returned = {i.argval for i in instructions if i.opname in {"LOAD_CONST", "RETURN_CONST"}}
    return {i.opname for i in instructions} <= empty and returned <= {None, Ellipsis}
