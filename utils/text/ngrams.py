"""Character n-gram models: what a network that reads text has to beat.

The probability of a character given the last few is estimated from counts and smoothed with the
estimate for a shorter context, down to one over the size of the vocabulary. Everything is a
sorted array of integers: fitting and scoring a million characters takes seconds.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

SMOOTHINGS = ("kneser-ney", "witten-bell")


class _Order(NamedTuple):
    """Counts of the n-grams of one length; a context is all of an n-gram but its last symbol."""

    ngrams: np.ndarray  # (n,) keys, sorted
    counts: np.ndarray  # (n,) how often, less the discount
    contexts: np.ndarray  # (m,) keys, sorted
    totals: np.ndarray  # (m,) what the counts of a context are divided by
    rest: np.ndarray  # (m,) share of a context that goes to the next shorter one


class NGramModel:
    """An interpolated n-gram model over symbols ``0 .. vocabulary_size - 1``.

    Witten-Bell smoothing (Witten & Bell 1991, method C) leaves to the shorter context a share
    that grows with the number of different symbols seen after the longer one. Interpolated
    Kneser-Ney smoothing (Kneser & Ney 1995; Chen & Goodman 1999) subtracts a discount from each
    count, and counts for the shorter contexts in how many different surroundings an n-gram
    occurs instead of how often.

    Parameters
    ----------
    codes
        The text to learn from: integers, shape ``(n,)``.
    vocabulary_size
        How many symbols there are, seen or not.
    order
        Length of the longest n-gram: 7 looks six symbols back, 1 at none.
    smoothing
        ``"kneser-ney"`` or ``"witten-bell"``.

    Raises
    ------
    ValueError
        If the text is empty or has codes outside the vocabulary, if the order is below 1 or too
        long for keys of 63 bits, or if the smoothing is unknown.
    """

    def __init__(
        self,
        codes: np.ndarray,
        vocabulary_size: int,
        order: int,
        smoothing: str = "kneser-ney",
    ) -> None:
        if smoothing not in SMOOTHINGS:
            raise ValueError(f"smoothing is {smoothing!r}; allowed are {', '.join(SMOOTHINGS)}.")
        if vocabulary_size < 1:
            raise ValueError(f"vocabulary_size is {vocabulary_size}; it must be 1 or more.")
        longest = longest_order(vocabulary_size)
        if not 1 <= order <= longest:
            raise ValueError(
                f"order is {order}; with {vocabulary_size} symbols it must be 1 to {longest}."
            )
        self.vocabulary_size, self.order, self.smoothing = int(vocabulary_size), order, smoothing
        codes = self._checked(codes, "codes")
        if codes.size == 0:
            raise ValueError("codes is empty; an n-gram model needs text to count.")
        # A text shorter than the order has no n-gram of that length: the model is shorter then.
        keys = [self._keys(codes, k) for k in range(1, min(order, codes.size) + 1)]
        if smoothing == "witten-bell":
            self._orders = [self._witten_bell(*np.unique(k, return_counts=True)) for k in keys]
        else:
            self._orders = self._kneser_ney(keys)

    def log_probabilities(self, codes: np.ndarray, history: np.ndarray = ()) -> np.ndarray:
        """Natural logarithm of the probability of each code, given the codes before it.

        Parameters
        ----------
        codes
            Integers, shape ``(n,)``.
        history
            What was read before them; empty at the beginning of a text.

        Returns
        -------
        np.ndarray
            Shape ``(n,)``, in nats; the negative mean is the cross-entropy.
        """
        codes, history = self._checked(codes, "codes"), self._checked(history, "history")
        history = history[max(0, history.size - self.order + 1) :]
        text = np.concatenate([history, codes])
        contexts = [np.zeros(codes.size, dtype=np.int64)]
        for length in range(1, len(self._orders)):
            keys = np.full(text.size + 1, -1, dtype=np.int64)  # -1: not so many symbols before
            keys[length:] = self._keys(text, length) if text.size >= length else -1
            contexts.append(keys[history.size : -1])
        return np.log(self._probabilities(contexts, codes))

    def distribution(self, history: np.ndarray) -> np.ndarray:
        """Probability of each symbol after a history. Shape ``(vocabulary_size,)``, sums to 1."""
        history = self._checked(history, "history")
        history = history[max(0, history.size - self.order + 1) :]
        symbols = np.arange(self.vocabulary_size)
        contexts = [np.zeros(symbols.size, dtype=np.int64)]
        for length in range(1, len(self._orders)):
            key = self._keys(history[-length:], length)[0] if history.size >= length else -1
            contexts.append(np.full(symbols.size, key))
        return self._probabilities(contexts, symbols)

    def _probabilities(self, contexts: list[np.ndarray], symbols: np.ndarray) -> np.ndarray:
        """From the shortest context to the longest; ``contexts[k]`` holds keys of length k."""
        result = np.full(symbols.size, 1 / self.vocabulary_size)
        for order, context in zip(self._orders, contexts):
            row, known = _find(order.contexts, context)
            ngram, seen = _find(order.ngrams, context * self.vocabulary_size + symbols)
            count = np.where(seen, order.counts[ngram], 0.0)
            longer = count / order.totals[row] + order.rest[row] * result
            result = np.where(known, longer, result)
        return result

    def _witten_bell(self, ngrams: np.ndarray, counts: np.ndarray) -> _Order:
        contexts, first, kinds = np.unique(
            ngrams // self.vocabulary_size, return_index=True, return_counts=True
        )
        totals = np.add.reduceat(counts, first) + kinds
        return _Order(ngrams, counts.astype(float), contexts, totals, kinds / totals)

    def _kneser_ney(self, keys: list[np.ndarray]) -> list[_Order]:
        orders = []
        for k, key in enumerate(keys, start=1):
            if k == len(keys):
                ngrams, counts = np.unique(key, return_counts=True)
            else:
                # An n-gram counts once for each different symbol that stands before it.
                before = np.unique(keys[k])
                ngrams, counts = np.unique(before % self.vocabulary_size**k, return_counts=True)
            orders.append(self._discounted(ngrams, counts))
        return orders

    def _discounted(self, ngrams: np.ndarray, counts: np.ndarray) -> _Order:
        discount = _discounts(counts)[np.minimum(counts, 3)]
        contexts, first = np.unique(ngrams // self.vocabulary_size, return_index=True)
        totals = np.add.reduceat(counts, first)
        rest = np.add.reduceat(discount, first) / totals
        return _Order(ngrams, counts - discount, contexts, totals, rest)

    def _keys(self, codes: np.ndarray, length: int) -> np.ndarray:
        """One integer for each run of ``length`` codes, shape ``(n - length + 1,)``."""
        keys = np.zeros(codes.size - length + 1, dtype=np.int64)
        for place in range(length):
            keys = keys * self.vocabulary_size + codes[place : place + keys.size]
        return keys

    def _checked(self, codes: np.ndarray, name: str) -> np.ndarray:
        codes = np.asarray(codes)
        if codes.size and not np.issubdtype(codes.dtype, np.integer):
            raise ValueError(f"{name} has type {codes.dtype}; give integers, one a symbol.")
        if codes.ndim != 1:
            raise ValueError(f"{name} has shape {codes.shape}; it must be (n,).")
        if codes.size and not (0 <= codes.min() and codes.max() < self.vocabulary_size):
            raise ValueError(
                f"{name} has values from {codes.min()} to {codes.max()}; with vocabulary_size "
                f"{self.vocabulary_size} they must be 0 to {self.vocabulary_size - 1}."
            )
        return codes.astype(np.int64)


def _discounts(counts: np.ndarray) -> np.ndarray:
    """What is taken from counts of 1, 2 and 3 or more (Chen & Goodman 1999).

    Index 0 is unused. Where a text is too small for the estimate, Ney's single discount or
    one half stands in; a discount never exceeds its count.
    """
    one, two, three, four = (float(np.sum(counts == c)) for c in (1, 2, 3, 4))
    single = one / (one + 2 * two) if one and two else 0.5
    result = np.array([0.0, single, single, single])
    if one and two and three and four:
        result[1:] = [
            1 - 2 * single * two / one,
            2 - 3 * single * three / two,
            3 - 4 * single * four / three,
        ]
    return np.clip(result, 0.0, np.array([0.0, 0.95, 1.95, 2.95]))


def _find(table: np.ndarray, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Row of each key in a sorted table, and whether it is there (any row if it is not)."""
    rows = np.minimum(np.searchsorted(table, keys), table.size - 1)
    return rows, table[rows] == keys


def longest_order(vocabulary_size: int) -> int:
    """The longest n-grams that still fit into one integer: 9 for 100 symbols, 10 for 65."""
    order = 1
    while vocabulary_size ** (order + 1) < 2**63 and order < 62:
        order += 1
    return order
