"""Recorded results of lesson 15 on tiny Shakespeare: runs too long to repeat in the lesson."""

from __future__ import annotations

import pandas as pd

from utils.data.bundled import bundled


def load_shakespeare_results() -> pd.DataFrame:
    """Validation loss against training characters, measured by the project.

    Scored on the full validation part (the last 10 % by position), context carried.

    Returns
    -------
    pd.DataFrame
        A row for each point of each run: ``kind`` (``LSTM``, ``n-gram`` or ``Transformer``),
        ``run`` (its name), ``units``, ``layers``, ``dropout``, ``seed``, ``characters`` (read
        in training so far), ``validation_nats`` (per character) and ``seconds`` (of processor
        time for training so far). What does not apply is missing.

    Raises
    ------
    FileNotFoundError
        If the project's ``datasets`` folder is not beside ``utils``.
    """
    return pd.read_csv(bundled("shakespeare_results.csv"))
