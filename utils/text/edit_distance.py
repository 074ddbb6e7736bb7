"""How far a sequence is from the right one: the error of readers and recognisers."""

from __future__ import annotations

from collections.abc import Sequence


def edit_distance(first: Sequence, second: Sequence) -> int:
    """Fewest labels to insert, delete or replace to turn one sequence into the other.

    Parameters
    ----------
    first, second
        Texts or lists, also empty ones.
    """
    above = list(range(len(second) + 1))  # from nothing to the beginnings of second
    for i, label in enumerate(first, start=1):
        row = [i]
        for j, other in enumerate(second, start=1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (label != other)))
        above = row
    return above[-1]


def label_error(answers: Sequence[Sequence], truths: Sequence[Sequence]) -> float:
    """Edits for each hundred labels: all edit distances over all lengths of the truths, per cent.

    More than 100 is possible if answers are too long.

    Parameters
    ----------
    answers, truths
        Equally many sequences, those at the same place belong together.

    Raises
    ------
    ValueError
        If their numbers differ, or there is no label in the truths.
    """
    if len(answers) != len(truths):
        raise ValueError(f"there are {len(answers)} answers and {len(truths)} truths.")
    labels = sum(map(len, truths))
    if not labels:
        raise ValueError("truths holds no label, so there is nothing to get wrong.")
    return 100 * sum(map(edit_distance, answers, truths)) / labels
