"""Tiny Shakespeare: speeches from the plays as one text, the classic of character models."""

from __future__ import annotations

from utils.data.download import fetch

NAME = "tinyshakespeare.txt"
CHARACTERS = 1_115_394
SYMBOLS = 65


def load_shakespeare() -> str:
    """The text, with ``\\n`` at line ends: 1,115,394 characters, 65 different symbols.

    Downloaded at first use, unless the environment variable ``LSTM_LAB_DATA`` names a folder
    that has it. Source: Karpathy, char-rnn (2015), MIT licence; the plays are in the public
    domain.

    Raises
    ------
    ConnectionError
        If the file is not on this machine and cannot be downloaded.
    OSError
        If the cache folder cannot be written.
    ValueError
        If the text is not the expected one.
    """
    text = fetch(NAME).read_bytes().decode("utf-8")  # bytes: no platform changes its line ends
    symbols = len(set(text))
    if (len(text), symbols) != (CHARACTERS, SYMBOLS):
        raise ValueError(
            f"{NAME} has {len(text):,} characters and {symbols} symbols; {CHARACTERS:,} and "
            f"{SYMBOLS} are expected. Restore its line in datasets/downloads.csv."
        )
    return text
