"""What written text is like: whether Python can read it, and how varied it is."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Sequence

import numpy as np

_PAIRS = {")": "(", "]": "[", "}": "{"}


def is_valid_python(line: str) -> bool:
    """Whether one line, without its indentation, is Python. A line that opens a block gets a body.

    English mostly fails, a single word passes: compare with what real code scores.
    """
    line = line.strip()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # remarks of Python on odd but valid code
        try:
            ast.parse(line + " pass" if line.endswith(":") else line)
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return False
    return True


def bracket_balance(text: str) -> float:
    """Share of the brackets of a text that have a partner of their kind, from 0 to 1.

    A closing bracket that meets another kind stays without partner, and so does the opening
    one if nothing closes it. Without any bracket there is nothing wrong: 1.
    """
    waiting: list[str] = []
    brackets = matched = 0
    for character in text:
        if character in "([{":
            waiting.append(character)
        elif character in _PAIRS:
            if waiting and waiting[-1] == _PAIRS[character]:
                waiting.pop()
                matched += 2
        else:
            continue
        brackets += 1
    return matched / brackets if brackets else 1.0


def code_quality(texts: Sequence[str]) -> dict[str, float]:
    """Shares, from 0 to 1, over many pieces of text that may begin and end anywhere.

    Parameters
    ----------
    texts
        At least one. The first and the last line of each are left out where lines are judged,
        because they may be cut.

    Returns
    -------
    dict of str to float
        ``lines that parse``; ``brackets matched``; ``indent by fours``, lines whose indentation
        is a multiple of four. Not a number where there is no line to judge.

    Raises
    ------
    ValueError
        If there is no text.
    """
    if isinstance(texts, str) or not len(texts):
        raise ValueError("texts must be a list of one or more texts.")
    lines = [line for text in texts for line in text.split("\n")[1:-1] if line.strip()]
    indents = [len(line) - len(line.lstrip(" ")) for line in lines]
    return {
        "lines that parse": _mean([is_valid_python(line) for line in lines]),
        "brackets matched": _mean([bracket_balance(text) for text in texts]),
        "indent by fours": _mean([indent % 4 == 0 for indent in indents]),
    }


def distinct_n(texts: Sequence[str], length: int) -> float:
    """Share of different pieces among all pieces of so many characters; 1 if none occurs twice.

    Parameters
    ----------
    texts
        Counted together. The share falls with their number: compare like with like.
    length
        Characters in a piece.

    Raises
    ------
    ValueError
        If the length is not positive or no text is that long.
    """
    if length < 1:
        raise ValueError(f"length is {length}; it must be 1 or more.")
    pieces = [t[at : at + length] for t in texts for at in range(len(t) - length + 1)]
    if not pieces:
        raise ValueError(f"length is {length}, and no text has so many characters.")
    return len(set(pieces)) / len(pieces)


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if len(values) else float("nan")
