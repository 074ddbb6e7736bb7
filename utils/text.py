"""Text as integers: vocabularies, and batches for networks that read character by character."""

from __future__ import annotations

import numpy as np


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
        codes = np.asarray(codes)
        if codes.ndim != 1:
            raise ValueError(f"codes has shape {codes.shape}; it must be (n,): one text.")
        if codes.size == 0:
            return ""
        if not np.issubdtype(codes.dtype, np.integer):
            raise ValueError(f"codes has type {codes.dtype}; give integers.")
        if codes.min() < 0 or codes.max() >= len(self):
            raise ValueError(
                f"codes has values from {codes.min()} to {codes.max()}; with {len(self)} "
                f"characters they must be 0 to {len(self) - 1}."
            )
        return "".join(self.characters[code] for code in codes.tolist())

    def _shown(self) -> str:
        shown = repr(self.characters)[1:-1]
        return shown if len(shown) <= 60 else f"{shown[:57]}..."


def stream_batches(
    codes: np.ndarray, batch_size: int, length: int, steps: int, first_step: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Batches for training with carried state: each row of a batch goes on where it stopped.

    The text is a ring that ``batch_size`` readers walk at equal distances; each reads
    ``length`` characters a step. When a reader arrives where the next one began, it simply
    walks on, so that state stays valid over any number of passes. The one seam is where the
    end of the text meets its beginning.

    Parameters
    ----------
    codes
        Shape ``(n,)``.
    batch_size
        Readers.
    length
        Characters a step.
    steps
        How many batches.
    first_step
        The step that the first of them is: pass the sum of the earlier ``steps`` to go on.

    Returns
    -------
    inputs, targets
        Both ``(steps * batch_size, length)``; rows ``k * batch_size`` to
        ``(k + 1) * batch_size - 1`` are batch ``k``. Targets are the next characters. Feed them
        in this order, never shuffled.

    Raises
    ------
    ValueError
        If a size is not positive or the text is shorter than ``batch_size`` characters.
    """
    codes = _checked(codes)
    for name, value, least in (
        ("batch_size", batch_size, 1),
        ("length", length, 1),
        ("steps", steps, 1),
        ("first_step", first_step, 0),
    ):
        if value < least:
            raise ValueError(f"{name} is {value}; it must be {least} or more.")
    if len(codes) < max(2, batch_size):
        raise ValueError(
            f"codes has {len(codes)} characters; batch_size {batch_size} needs at least "
            f"{max(2, batch_size)}. Bring more text or lower batch_size."
        )
    starts = np.arange(batch_size) * (len(codes) // batch_size)
    walked = (first_step + np.arange(steps)) * length
    # (steps, batch_size, length)
    places = walked[:, None, None] + starts[None, :, None] + np.arange(length)
    places = places.reshape(-1, length)
    return codes[places % len(codes)], codes[(places + 1) % len(codes)]


def scoring_streams(
    codes: np.ndarray, first: int, streams: int, context: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows that score every character from ``first`` on exactly once, each with its context.

    One long text would have to be read one character at a time. Instead it is cut into
    ``streams`` pieces that are read side by side, and each piece is preceded by the
    ``context`` characters before it, which set the state and are not scored.

    Parameters
    ----------
    codes
        Shape ``(n,)``: the whole text, training part included.
    first
        Where the part that is scored begins; at least 1, because a character is predicted from
        the one before.
    streams
        Pieces.
    context
        Characters read before the first scored one of each piece; fewer at the beginning of
        the text.

    Returns
    -------
    inputs, targets, scored
        Each ``(streams, steps)``; ``scored`` is true where the target counts. Row ends that
        are not needed repeat the last character and do not count.

    Raises
    ------
    ValueError
        If there is nothing to score, or a size is out of range.
    """
    codes = _checked(codes)
    if not 1 <= first < len(codes):
        raise ValueError(f"first is {first}; it must be from 1 to {len(codes) - 1}.")
    if context < 0:
        raise ValueError(f"context is {context}; it must be 0 or more.")
    count = len(codes) - first
    if not 1 <= streams <= count:
        raise ValueError(f"streams is {streams}; for {count} characters it must be 1 to {count}.")
    piece = -(-count // streams)
    begins = first + np.arange(streams) * piece
    targets_at = begins[:, None] + np.arange(-context, piece)
    scored = (targets_at >= begins[:, None]) & (targets_at < len(codes))
    last = len(codes) - 1
    inputs = codes[np.clip(targets_at - 1, 0, last)]
    targets = codes[np.clip(targets_at, 0, last)]
    return inputs, targets, scored


def language_windows(codes: np.ndarray, length: int) -> tuple[np.ndarray, np.ndarray]:
    """Independent windows for a model that starts each one without memory.

    Parameters
    ----------
    codes
        Shape ``(n,)``.
    length
        Characters a window.

    Returns
    -------
    inputs, targets
        Both ``((n - 1) // length, length)``; targets are the next characters. Every character
        but the first is a target once; up to ``length - 1`` at the end are left out.

    Raises
    ------
    ValueError
        If not even one window fits.
    """
    codes = _checked(codes)
    if length < 1:
        raise ValueError(f"length is {length}; it must be 1 or more.")
    count = (len(codes) - 1) // length
    if count < 1:
        raise ValueError(
            f"length is {length} and codes has {len(codes)} characters; a window and its target "
            f"need {length + 1}."
        )
    return (
        codes[: count * length].reshape(count, length),
        codes[1 : count * length + 1].reshape(count, length),
    )


def _checked(codes: np.ndarray) -> np.ndarray:
    codes = np.asarray(codes)
    if codes.ndim != 1:
        raise ValueError(f"codes has shape {codes.shape}; it must be (n,): one text.")
    if codes.size == 0:
        raise ValueError("codes is empty; give at least one character.")
    if not np.issubdtype(codes.dtype, np.integer):
        raise ValueError(f"codes has type {codes.dtype}; give integers.")
    return codes


def places_in_code(text: str) -> dict[str, np.ndarray]:
    """What somebody who reads Python would know at each character.

    Made from the text alone and by simple rules, no parser: on other texts the numbers mean
    little, and nothing breaks.

    Parameters
    ----------
    text
        Source code, from the beginning of a file on.

    Returns
    -------
    dict of str to np.ndarray
        Each of shape ``(len(text),)``: ``brackets``, how many are open; ``docstring``, 1 inside
        a string in triple double quotes; ``quotes``, 1 inside another string; ``indent``,
        spaces at the beginning of the line so far; ``column``, place in the line, from 0.
    """
    rows = []
    depth = indent = at = line = 0
    docstring = comment = False
    quote, blank = "", True
    while at < len(text):
        character, width = text[at], 1
        if character == "\n":
            indent, blank, quote, comment = 0, True, "", False
        elif comment:
            pass
        elif not quote and text.startswith('"""', at):
            docstring, width = not docstring, 3
        elif docstring:
            pass
        elif quote:
            width = 2 if character == "\\" and text[at + 1 : at + 2] not in ("", "\n") else 1
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character == "#":
            comment = True
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth = max(0, depth - 1)
        blank = blank and character in " \n"
        indent += blank and character == " "
        rows.extend((depth, docstring, bool(quote), indent, at + i - line) for i in range(width))
        at += width
        if character == "\n":
            line = at
    names = ("brackets", "docstring", "quotes", "indent", "column")
    return dict(zip(names, np.array(rows, dtype=float).reshape(-1, len(names)).T, strict=True))
