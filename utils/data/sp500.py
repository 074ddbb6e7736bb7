"""Standard & Poor's 500 index, day by day, 1999 to 2018."""

from __future__ import annotations

import pandas as pd

from utils.data.packaged import checked

VERSION = "8.0.0"
SHA256 = "56040979d01678de48837f116e3fedfcf38fe5b712fce91f30fba297ffbda840"


def load_sp500() -> pd.DataFrame:
    """Open, high, low and close of every trading day, in index points, and the volume.

    Returns
    -------
    pd.DataFrame
        5,031 trading days from 4 January 1999 to 31 December 2018; columns ``open``, ``high``,
        ``low``, ``close`` (points) and ``volume`` (shares). Trading days are not evenly spaced,
        so the index has no frequency. Otherwise the shape all loaders share, see
        ``utils.data.packaged``.

    Source: the data set ``sp500`` inside arch (K. Sheppard). Its adjusted close is left out: for
    this index it equals the close.
    """
    from arch.data import sp500

    data = sp500.load()
    data.columns = data.columns.str.lower()
    data.index = pd.DatetimeIndex(data.index, name="date")
    table = data[["open", "high", "low", "close", "volume"]].astype(float)
    return checked(table, SHA256, "arch", VERSION)
