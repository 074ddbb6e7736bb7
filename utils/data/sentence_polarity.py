"""Sentences from real film reviews (Pang & Lee 2005), and what was measured on them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from utils.data._bundled import bundled
from utils.data._download import fetch

NAMES = ("rt-polarity.pos", "rt-polarity.neg")


def load_sentence_polarity() -> tuple[list[str], np.ndarray]:
    """Praise and blame of films, in a sentence or so each, lower case; downloaded at first use.

    Returns
    -------
    texts, labels
        10,662 different texts, words and punctuation separated by single blanks, and an array
        ``(10662,)`` of int32. First the 5,331 positive ones (label 1), then as many negative ones
        (label 0); the row numbers serve as names of the sentences.

    Raises
    ------
    ValueError
        If a file in the folder ``LSTM_LAB_DATA`` is not the listed one.
    ConnectionError
        If the files are not on this machine and cannot be downloaded; says where to put them.

    References
    ----------
    B. Pang and L. Lee (2005), Seeing stars, *ACL*. The labels are those of the critics, who gave
    the film a fresh or a rotten tomato.
    """
    # Some sentences hold other line separators, so only "\n" ends a line.
    lines = [fetch(name).read_bytes().decode("latin-1").rstrip("\n").split("\n") for name in NAMES]
    texts = [" ".join(line.split()) for part in lines for line in part]
    return texts, np.repeat(np.array([1, 0], "int32"), [len(part) for part in lines])


def load_polarity_results() -> pd.DataFrame:
    """Recorded accuracies of lesson 17 on the real sentences: runs too long for a lesson.

    Returns
    -------
    pd.DataFrame
        One row for each test part, method and group of sentences: ``part`` (1 to 5; a tenth of
        the sentences, while the other nine tenths trained the method), ``method``, ``group``
        (``all``, ``not or but``: with a word that negates or contrasts, ``others``),
        ``sentences`` (their number), ``accuracy`` (share; of the regularised BiLSTM the mean of
        five networks) and ``seconds`` (of processor time, for all parts and networks).

    Raises
    ------
    FileNotFoundError
        If the project's ``datasets`` folder is not beside ``utils``.
    """
    return pd.read_csv(bundled("polarity_results.csv"))


def load_polarity_probabilities() -> pd.DataFrame:
    """Recorded probabilities, by three methods, that a sentence is positive.

    Returns
    -------
    pd.DataFrame
        One row for each sentence of parts 1 to 5, judged by methods that did not learn from its
        part. The index ``sentence`` is the row number of :func:`load_sentence_polarity`, so that
        the positive ones have numbers below 5,331. Columns ``naive Bayes, words and pairs``,
        ``BiLSTM, regularised`` (one network) and ``5 BiLSTMs`` (mean of five networks).

    Raises
    ------
    FileNotFoundError
        If the project's ``datasets`` folder is not beside ``utils``.
    """
    return pd.read_csv(bundled("polarity_probabilities.csv"), index_col="sentence")


def load_polarity_failures() -> pd.DataFrame:
    """The ten sentences on which ``5 BiLSTMs`` are most confidently wrong, with their kind.

    Returns
    -------
    pd.DataFrame
        Index ``sentence`` as in :func:`load_polarity_probabilities`; ``kind``: why the sentence is
        hard, as we read it; ``label`` (1 is positive); ``probability`` of being positive, by the
        five networks; ``text``. Sorted by kind.

    Raises
    ------
    FileNotFoundError
        If the project's ``datasets`` folder is not beside ``utils``.
    """
    return pd.read_csv(bundled("polarity_failures.csv"), index_col="sentence")
