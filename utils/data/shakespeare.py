"""Tiny Shakespeare: speeches from the plays as one text, the classic of character models."""

from __future__ import annotations

from utils.data._download import fetch

NAME = "tinyshakespeare.txt"


def load_shakespeare() -> str:
    r"""The text with ``\n`` at line ends: 1,115,394 characters, 65 different symbols.

    Downloaded at first use, unless the folder in ``LSTM_LAB_DATA`` has the file.

    Raises
    ------
    ValueError, ConnectionError, OSError
        If the file cannot be had; see :func:`utils.data._download.fetch`.

    References
    ----------
    A. Karpathy (2015), char-rnn, MIT licence; the plays are in the public domain.
    """
    return fetch(NAME).read_bytes().decode("utf-8")  # bytes: no platform changes its line ends
