"""Standard & Poor's 500 index, day by day, 1999 to 2018."""

from __future__ import annotations

import pandas as pd

from utils.data._integrity import verify

SHA256 = "a2e434e2989761c86c506c6d48506523528251adcbb7172981a4d5874c3f8c79"


def load_sp500() -> pd.DataFrame:
    """Open, high, low, close and volume of every trading day.

    Returns
    -------
    pd.DataFrame
        5,031 trading days from 4 January 1999 to 31 December 2018; columns ``open``, ``high``,
        ``low``, ``close`` (index points) and ``volume`` (shares). Trading days are not evenly
        spaced, so the index has no frequency.

    Warns
    -----
    UserWarning
        If the installed arch has other data.

    References
    ----------
    ``arch.data.sp500`` (K. Sheppard). Its adjusted close is left out, since it equals the close.
    """
    from arch.data import sp500

    data = sp500.load()
    data.columns = data.columns.str.lower()
    data.index = pd.DatetimeIndex(data.index, name="date")
    table = data[["open", "high", "low", "close", "volume"]].astype(float)
    return verify(table, SHA256, "arch")
