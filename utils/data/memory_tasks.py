"""Two tasks with long time lags, made by a generator: temporal order and adding.

After experiments 6a and 4 of Hochreiter & Schmidhuber, "Long Short-Term Memory" (1997), in the
form that later work uses: one length for all sequences, and an answer only at the end. What has
to be known comes early and everything after it is noise, so that only memory helps.
"""

from __future__ import annotations

import numpy as np

from utils.data._seeds import is_whole, seed_parts

# Temporal order: E begins, B ends, a to d distract, X and Y are to be remembered.
SYMBOLS = ("E", "B", "a", "b", "c", "d", "X", "Y")
CLASSES = ("XX", "XY", "YX", "YY")  # which of X and Y came first and second
_DISTRACTORS = range(SYMBOLS.index("a"), SYMBOLS.index("d") + 1)
_X = SYMBOLS.index("X")


def make_temporal_order(
    count: int, length: int = 50, seed: int | tuple[int, ...] = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Sequences of symbols in which two, each X or Y, decide the class by their order.

    A sequence begins with E, ends with B, and is filled with a, b, c and d, each equally likely.
    One step from ``length // 10`` to ``length // 5`` and one from ``length // 2`` to
    ``6 * length // 10`` (both ends included, counted from 0) hold X or Y instead. Steps and
    letters are drawn uniformly and independently, so all four classes are equally likely. The
    published experiment draws lengths of 100 to 110 and steps of 10 to 20 and 50 to 60, the same
    fractions of the sequence.

    Parameters
    ----------
    count
        Sequences to make, 1 or more.
    length
        Steps of each, 10 or more.
    seed
        An integer, 0 or more, or a tuple of them; the same seed makes the same sequences.

    Returns
    -------
    inputs : np.ndarray
        Shape ``(count, length, 8)``, float32: one symbol per step, one-hot in the order of
        ``SYMBOLS``.
    classes : np.ndarray
        Shape ``(count,)``, int64: 0 to 3, in the order of ``CLASSES``.

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    S. Hochreiter and J. Schmidhuber (1997), "Long Short-Term Memory", Neural Computation 9(8),
    experiment 6a.
    """
    random = _generator(count, length, seed, least=10)
    symbols = random.choice(_DISTRACTORS, size=(count, length))
    symbols[:, 0] = SYMBOLS.index("E")
    symbols[:, -1] = SYMBOLS.index("B")
    letters = random.integers(2, size=(count, 2))  # 0 is X, 1 is Y
    rows = np.arange(count)
    first = random.integers(length // 10, length // 5 + 1, size=count)
    second = random.integers(length // 2, 6 * length // 10 + 1, size=count)
    symbols[rows, first] = _X + letters[:, 0]
    symbols[rows, second] = _X + letters[:, 1]
    inputs = np.eye(len(SYMBOLS), dtype=np.float32)[symbols]
    return inputs, (2 * letters[:, 0] + letters[:, 1]).astype(np.int64)


def make_adding_problem(
    count: int, length: int = 50, seed: int | tuple[int, ...] = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Sequences of numbers of which two are marked; the target is the sum of those two.

    Each step holds a number, drawn uniformly from 0 to 1, and a marker, 0 or 1. Exactly two
    steps are marked: one in the first half (steps ``0`` to ``length // 2 - 1``) and one in the
    second (``length // 2`` to ``length - 1``), each drawn uniformly. This is the form in common
    use. The published experiment draws numbers from -1 to 1, marks one of the first ten steps
    and one of the first half, sets the markers of the first and last step to -1, and scales the
    sum.

    Predicting 1, the mean of the sum, has a mean squared error of 1/6: each of the two numbers
    has variance 1/12, and they are independent.

    Parameters
    ----------
    count
        Sequences to make, 1 or more.
    length
        Steps of each, 2 or more.
    seed
        An integer, 0 or more, or a tuple of them; the same seed makes the same sequences.

    Returns
    -------
    inputs : np.ndarray
        Shape ``(count, length, 2)``, float32: number and marker of each step.
    targets : np.ndarray
        Shape ``(count, 1)``, float32: the sum of the two marked numbers, 0 to 2.

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    S. Hochreiter and J. Schmidhuber (1997), "Long Short-Term Memory", Neural Computation 9(8),
    experiment 4.
    """
    random = _generator(count, length, seed, least=2)
    inputs = np.zeros((count, length, 2), dtype=np.float32)
    inputs[:, :, 0] = random.random((count, length), dtype=np.float32)
    rows = np.arange(count)
    inputs[rows, random.integers(length // 2, size=count), 1] = 1
    inputs[rows, random.integers(length // 2, length, size=count), 1] = 1
    targets = (inputs[:, :, 0] * inputs[:, :, 1]).sum(axis=1, keepdims=True)
    return inputs, targets


def _generator(
    count: int, length: int, seed: int | tuple[int, ...], least: int
) -> np.random.Generator:
    for name, value, low in (("count", count, 1), ("length", length, least)):
        if not is_whole(value) or value < low:
            raise ValueError(f"{name} is {value!r}; it must be an integer, {low} or more.")
    return np.random.default_rng(seed_parts(seed))
