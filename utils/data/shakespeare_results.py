"""Recorded results of lesson 15 on tiny Shakespeare: runs too long to repeat in the lesson."""

from __future__ import annotations

import pandas as pd

from utils.data._bundled import bundled


def load_shakespeare_results() -> pd.DataFrame:
    """Validation loss against characters read in training, measured by the project.

    The loss is that of the validation set, the last 10 % of the text.

    Returns
    -------
    pd.DataFrame
        One row per point of each run: ``kind`` (``LSTM``, ``n-gram`` or ``Transformer``), ``run``
        (its name), ``units``, ``layers``, ``dropout``, ``seed``, ``context`` (``carried``: each
        character with everything before it; ``blocks of 64``: nothing before its block),
        ``characters`` (read in training so far), ``validation_nats`` (per character) and
        ``seconds`` (processor time of training so far). What does not apply is NaN.

    Raises
    ------
    FileNotFoundError
        If the project's ``datasets`` folder is not beside ``utils``.
    """
    return pd.read_csv(bundled("shakespeare_results.csv"))
