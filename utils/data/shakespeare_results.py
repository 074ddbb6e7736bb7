"""Recorded results of lesson 15 on tiny Shakespeare: runs too long to repeat in the lesson."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

FILE = Path(__file__).resolve().parents[2] / "datasets" / "shakespeare_results.csv"


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
    if not FILE.exists():
        raise FileNotFoundError(
            f"{FILE.name} is not in {FILE.parent}; the lessons read it from the project's own "
            "datasets folder, so install the project from its folder with pip install -e ."
        )
    return pd.read_csv(FILE)
