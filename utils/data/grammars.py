"""Strings of two small languages: the embedded Reber grammar, and a^n b^n.

The generators also give the symbols that may follow at each step, so that a prediction can be
scored exactly. The embedded Reber grammar requires remembering one symbol from the beginning of a
string to its end; a^n b^n requires counting.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from utils.data._seeds import is_whole, seed_parts

REBER_SYMBOLS = ("B", "T", "P", "S", "X", "V", "E")
# For each node: the symbols that may follow, and the node that each leads to. None is the end.
REBER_GRAPH: tuple[dict[str, int | None], ...] = (
    {"B": 1},
    {"T": 2, "P": 3},
    {"S": 2, "X": 4},
    {"T": 3, "V": 5},
    {"X": 3, "S": 6},
    {"P": 4, "V": 6},
    {"E": None},
)
ANBN_INPUTS = ("S", "a", "b")  # S begins every string
ANBN_OUTPUTS = ("a", "b", "T")  # T ends every string


class ReberStream(NamedTuple):
    """Part of a stream, one entry per step."""

    symbols: np.ndarray  # (length,), int64: the symbol that is read, an index of REBER_SYMBOLS
    following: np.ndarray  # (length,), int64: the symbol that comes next
    legal: np.ndarray  # (length, 7), bool: the symbols that could come next
    recall: np.ndarray  # (length,), bool: the next symbol must equal the second of its string
    string: np.ndarray  # (length,), int64: number of the string that the step belongs to


def make_reber_string(random: np.random.Generator) -> str:
    """A string of the Reber grammar, from ``B`` to ``E``, such as ``BTSSXSE`` or ``BPVVE``.

    The path begins at node 0 of ``REBER_GRAPH``; where two edges leave a node, they are equally
    likely. Strings have 5 symbols or more.

    Parameters
    ----------
    random
        From ``numpy.random.default_rng``.

    References
    ----------
    A. S. Reber (1967), "Implicit learning of artificial grammars", Journal of Verbal Learning and
    Verbal Behavior 6(6); the graph as in S. E. Fahlman (1991), "The recurrent cascade-correlation
    architecture".
    """
    text, node = "", 0
    while node is not None:
        edges = sorted(REBER_GRAPH[node].items())
        symbol, node = edges[random.integers(2)] if len(edges) == 2 else edges[0]
        text += symbol
    return text


def make_embedded_reber_string(random: np.random.Generator) -> str:
    """A Reber string between two equal symbols: ``B T <Reber string> T E``, or with ``P``.

    The second symbol, T or P with equal probability, is repeated as the second to last. The
    symbols in between do not depend on it. Strings have 9 symbols or more.

    Parameters
    ----------
    random
        From ``numpy.random.default_rng``.

    References
    ----------
    S. Hochreiter and J. Schmidhuber (1997), "Long Short-Term Memory", Neural Computation 9(8),
    experiment 1.
    """
    remembered = "TP"[random.integers(2)]
    return "B" + remembered + make_reber_string(random) + remembered + "E"


def legal_after_each(text: str) -> list[set[str]]:
    """The symbols that may follow each symbol of an embedded Reber string.

    Parameters
    ----------
    text
        A complete embedded Reber string.

    Returns
    -------
    list[set[str]]
        One set per symbol of the text; after the last one the next string begins, with ``B``.

    Raises
    ------
    ValueError
        If the string does not belong to the language.
    """
    legal: list[set[str]] = [{"T", "P"}, {"B"}]
    node: int | None = 1  # of the inner string, after its B
    for symbol in text[3:-2]:
        if node is None or symbol not in REBER_GRAPH[node]:
            break
        legal.append(set(REBER_GRAPH[node]))
        node = REBER_GRAPH[node][symbol]
    legal += [set(text[1:2]), {"E"}, {"B"}]
    complete = node is None and len(legal) == len(text) and text[0] == "B"
    if not complete or any(text[k + 1] not in legal[k] for k in range(len(text) - 1)):
        raise ValueError(
            f"text is {text!r}, which is not an embedded Reber string; "
            "make_embedded_reber_string makes them."
        )
    return legal


def make_reber_stream(length: int, seed: int | tuple[int, ...] = 0) -> ReberStream:
    """Embedded Reber strings one after the other, without a mark between them.

    The stream begins at the start of a string and is cut off after ``length`` steps.

    Parameters
    ----------
    length
        Steps, 1 or more.
    seed
        An integer, 0 or more, or a tuple of them; the same seed makes the same stream.

    Returns
    -------
    ReberStream
        Five arrays with ``length`` entries.

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    F. A. Gers, J. Schmidhuber and F. Cummins (2000), "Learning to forget: continual prediction
    with LSTM", Neural Computation 12(10).
    """
    if not is_whole(length) or length < 1:
        raise ValueError(f"length is {length!r}; it must be an integer, 1 or more.")
    random = np.random.default_rng(seed_parts(seed))
    place = {symbol: k for k, symbol in enumerate(REBER_SYMBOLS)}
    symbols: list[int] = []
    legal, recall, string = [], [], []
    while len(symbols) <= length:  # one more than asked for, to follow the last one
        text = make_embedded_reber_string(random)
        for step, may in enumerate(legal_after_each(text)):
            symbols.append(place[text[step]])
            legal.append([symbol in may for symbol in REBER_SYMBOLS])
            recall.append(step == len(text) - 3)
            string.append(0 if not string else string[-1] + (step == 0))
    everything = np.array(symbols)
    return ReberStream(
        everything[:length],
        everything[1 : length + 1],
        np.array(legal)[:length],
        np.array(recall)[:length],
        np.array(string)[:length],
    )


def make_anbn_strings(counts: Sequence[int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Strings ``S a^n b^n`` with the symbols that may follow at each step; ``T`` ends a string.

    ``S`` is followed by an a, an a by an a or a b, and a b by another b until there are as many
    b's as a's, then by T. Only what follows a b requires counting.

    Parameters
    ----------
    counts
        The n of each string, 1 or more.

    Returns
    -------
    inputs : np.ndarray
        Shape ``(count, 2 * max(n) + 1, 3)``, float32, one-hot in the order of ``ANBN_INPUTS``;
        after the end of a string, zeros.
    legal : np.ndarray
        The same shape, float32: 1 for each of ``ANBN_OUTPUTS`` that may follow.
    mask : np.ndarray
        Shape ``(count, 2 * max(n) + 1)``, bool: true where there is a string.

    Raises
    ------
    ValueError
        If ``counts`` is empty or one of them is not an integer of 1 or more.

    References
    ----------
    F. A. Gers and J. Schmidhuber (2001), "LSTM recurrent networks learn simple context-free and
    context-sensitive languages", IEEE Transactions on Neural Networks 12(6).
    """
    counts = list(counts)
    if not counts or not all(is_whole(n) and n >= 1 for n in counts):
        raise ValueError(f"counts is {counts!r}; give one or more integers, each 1 or more.")
    length = 2 * max(counts) + 1
    inputs = np.zeros((len(counts), length, len(ANBN_INPUTS)), dtype=np.float32)
    legal = np.zeros((len(counts), length, len(ANBN_OUTPUTS)), dtype=np.float32)
    mask = np.zeros((len(counts), length), dtype=bool)
    for row, n in enumerate(counts):
        inputs[row, 0, 0] = inputs[row, 1 : n + 1, 1] = inputs[row, n + 1 : 2 * n + 1, 2] = 1
        legal[row, 0, 0] = 1
        legal[row, 1 : n + 1, :2] = 1
        legal[row, n + 1 : 2 * n, 1] = 1
        legal[row, 2 * n, 2] = 1
        mask[row, : 2 * n + 1] = True
    return inputs, legal, mask
