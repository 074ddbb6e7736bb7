"""What the long runs of lesson 16 leave behind: weights, words and scores."""

from __future__ import annotations

import numpy as np
import pandas as pd

from utils.data._bundled import bundled


def load_word_weights() -> tuple[list[str], list[np.ndarray]]:
    """Words and weights of a network that was trained on tiny Shakespeare, word by word.

    One LSTM layer of 128 units; the table of its embedding is its output as well. Made by
    ``datasets/rebuild_word_model.py shakespeare``, which has the settings.

    Returns
    -------
    words, weights
        The words in the order of their codes, from 1 on (0 is the unknown word), and the weights:
        embedding ``(words + 1, 128)``; kernel ``(128, 512)``, recurrent kernel ``(128, 512)`` and
        bias ``(512,)`` of the LSTM; bias of the output ``(words + 1,)``. Stored as float16,
        returned as float32.

    Raises
    ------
    FileNotFoundError
        If the project's ``datasets`` folder is not beside ``utils``.
    """
    with np.load(bundled("word_shakespeare.npz"), allow_pickle=False) as saved:
        weights = [saved[f"weight_{i}"].astype("float32") for i in range(5)]
        return str(saved["words"]).split(" "), weights


def load_word_results() -> pd.DataFrame:
    """Perplexities of word models on two corpora, measured by the project.

    Returns
    -------
    pd.DataFrame
        One row a score: ``corpus`` (``keras`` or ``shakespeare``), ``model``, ``units``,
        ``dropout``, ``tied``, ``epochs``, ``seed``, ``part`` (``validation`` or ``test``),
        ``perplexity`` and ``seconds`` (processor time of the training). What does not apply is
        NaN.

    Raises
    ------
    FileNotFoundError
        If the project's ``datasets`` folder is not beside ``utils``.
    """
    return pd.read_csv(bundled("word_results.csv"))
