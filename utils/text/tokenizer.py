"""Characters as integers and back: one long text, or many texts padded to one length."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

PAD, START, END = 0, 1, 2
_FIRST_CHARACTER = 3


def checked_codes(codes: np.ndarray, size: int | None = None, symbols: str = "") -> np.ndarray:
    """Codes of one text as an array ``(n,)``, which may be empty.

    Parameters
    ----------
    codes
        Integers.
    size, symbols
        Number and name of what the codes stand for; without a number the codes may be any.

    Raises
    ------
    ValueError
        If the codes are not integers in one dimension, or one is not from 0 to ``size - 1``.
    """
    codes = np.asarray(codes)
    if codes.ndim != 1:
        raise ValueError(f"codes has shape {codes.shape}; it must be (n,): one text.")
    if codes.size == 0:
        return codes
    if not np.issubdtype(codes.dtype, np.integer):
        raise ValueError(f"codes has type {codes.dtype}; give integers.")
    if size is not None and (codes.min() < 0 or codes.max() >= size):
        raise ValueError(
            f"codes has values from {codes.min()} to {codes.max()}; with {size} {symbols} they "
            f"must be 0 to {size - 1}."
        )
    return codes


class Vocabulary:
    """The characters of a text, numbered in the order of their code points.

    Parameters
    ----------
    text
        Every character that occurs in it gets a code.

    Raises
    ------
    ValueError
        If the text is empty.
    """

    def __init__(self, text: str) -> None:
        if not text:
            raise ValueError("text is empty; a vocabulary needs at least one character.")
        self.characters = "".join(sorted(set(text)))
        self._points = np.array([ord(c) for c in self.characters])

    def __len__(self) -> int:
        """Number of different characters."""
        return len(self.characters)

    def encode(self, text: str) -> np.ndarray:
        """Codes of a text: ``int32``, shape ``(len(text),)``, from 0 to ``len(self) - 1``.

        Raises
        ------
        ValueError
            If a character is not in the vocabulary.
        """
        points = np.fromiter(map(ord, text), dtype=np.int64, count=len(text))
        codes = np.minimum(np.searchsorted(self._points, points), len(self) - 1)
        unknown = np.flatnonzero(self._points[codes] != points)
        if unknown.size:
            where = int(unknown[0])
            raise ValueError(
                f"text has {text[where]!r} at position {where}, which is not one of the "
                f"{len(self)} characters of the vocabulary ({self._shown()}). Remove it, or make "
                "the vocabulary from a text that has it."
            )
        return codes.astype(np.int32)

    def decode(self, codes: np.ndarray) -> str:
        """The text that codes stand for.

        Parameters
        ----------
        codes
            Integers, shape ``(n,)``.

        Raises
        ------
        ValueError
            If the codes are not integers in one dimension, or one is outside the vocabulary.
        """
        codes = checked_codes(codes, len(self), "characters")
        return "".join(self.characters[code] for code in codes.tolist())

    def _shown(self) -> str:
        shown = repr(self.characters)[1:-1]
        return shown if len(shown) <= 60 else f"{shown[:57]}..."


class CharTokenizer:
    """Texts of different lengths as one padded array of tokens, and back.

    Token 0 is padding, 1 starts a text, 2 ends it; characters follow from 3 on. Padding is on
    the right, which is where masks and fast kernels expect it.

    Parameters
    ----------
    texts
        Every character that occurs in them gets a token, in the order of their code points.
        Give training texts only: the model must not know which characters the test set adds.

    Raises
    ------
    ValueError
        If there is no text, or no character in any of them.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        text = "".join(texts)
        if not text:
            raise ValueError("texts holds no character; give at least one text that is not empty.")
        self._vocabulary = Vocabulary(text)
        self.characters = self._vocabulary.characters

    def __len__(self) -> int:
        """Number of tokens, with padding, start and end."""
        return _FIRST_CHARACTER + len(self.characters)

    def encode(
        self,
        texts: Sequence[str],
        length: int | None = None,
        *,
        start: bool = False,
        end: bool = False,
    ) -> np.ndarray:
        """Tokens of texts, padded on the right.

        Parameters
        ----------
        texts
            One a row; each needs at least one token, so it may be empty only with ``start`` or
            ``end``.
        length
            Of every row, start and end included; the longest text decides if None.
        start, end
            Whether each row begins with the start token and ends with the end token.

        Returns
        -------
        np.ndarray
            Shape ``(len(texts), length)``, int32.

        Raises
        ------
        ValueError
            If ``texts`` is a single string or has no text, a text is empty or longer than
            ``length``, or a character has no token.
        """
        if isinstance(texts, str):
            raise ValueError(f"texts is the string {texts[:20]!r}; put it in a list: [text].")
        rows = [
            [START] * start
            + (self._vocabulary.encode(text) + _FIRST_CHARACTER).tolist()
            + [END] * end
            for text in texts
        ]
        if not rows:
            raise ValueError("texts is empty; give at least one text.")
        if min(map(len, rows)) == 0:
            raise ValueError(
                f"text {min(range(len(rows)), key=lambda i: len(rows[i]))} is empty; a row of "
                "nothing but padding has nothing to read or attend to."
            )
        longest = max(map(len, rows))
        length = longest if length is None else length
        if longest > length:
            raise ValueError(
                f"length is {length} and the longest text needs {longest} tokens; give at least "
                "that, or leave length out."
            )
        tokens = np.full((len(rows), length), PAD, dtype="int32")
        for row, values in zip(tokens, rows):
            row[: len(values)] = values
        return tokens

    def decode(self, tokens: np.ndarray) -> list[str]:
        """Texts of rows of tokens: up to the first end token, without start and padding.

        Parameters
        ----------
        tokens
            Integers of shape ``(rows, length)``.

        Raises
        ------
        ValueError
            If the shape does not fit or a token is out of range.
        """
        tokens = np.asarray(tokens)
        if tokens.ndim != 2:
            raise ValueError(f"tokens has shape {tokens.shape}; it must be (rows, length).")
        if tokens.size and not 0 <= tokens.min() <= tokens.max() < len(self):
            raise ValueError(
                f"tokens go from {tokens.min()} to {tokens.max()}; "
                f"allowed are 0 to {len(self) - 1}."
            )
        texts = []
        for row in tokens.tolist():
            row = row[: row.index(END)] if END in row else row
            texts.append("".join(self.characters[t - _FIRST_CHARACTER] for t in row if t > END))
        return texts


def exact_match(answers: Sequence[str], truths: Sequence[str]) -> np.ndarray:
    """Which answers are equal to the truth, character for character.

    Returns
    -------
    np.ndarray
        Booleans of shape ``(len(answers),)``; their mean is the exact-match accuracy.

    Raises
    ------
    ValueError
        If there are not as many answers as truths.
    """
    if len(answers) != len(truths):
        raise ValueError(f"there are {len(answers)} answers and {len(truths)} truths.")
    return np.array([a == t for a, t in zip(answers, truths)], dtype=bool)
