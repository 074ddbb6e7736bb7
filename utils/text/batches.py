"""Batches for networks that read a text character by character, and facts about its places."""

from __future__ import annotations

import numpy as np

from utils.text.tokenizer import checked_codes


def stateful_batches(
    codes: np.ndarray, batch_size: int, length: int, steps: int, first_step: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Batches for training with carried state: each row of a batch goes on where it stopped.

    ``batch_size`` parallel streams start at equal distances in the text, and each advances by
    ``length`` characters a step. A stream that arrives where the next one began goes on, so that
    the state stays valid over any number of epochs. The one seam is where the end of the text
    meets its beginning.

    Parameters
    ----------
    codes
        Shape ``(n,)``.
    batch_size
        Parallel streams.
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


def evaluation_streams(
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


def _checked(codes: np.ndarray) -> np.ndarray:
    codes = checked_codes(codes)
    if codes.size == 0:
        raise ValueError("codes is empty; give at least one character.")
    return codes


def code_features(text: str) -> dict[str, np.ndarray]:
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
