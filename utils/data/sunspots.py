"""Sunspot numbers, one a year, 1700 to 2008."""

from __future__ import annotations

import pandas as pd

from utils.data.packaged import checked

VERSION = "0.15.0"
SHA256 = "8d5933e3eee733c453bedcfc90946ee498f99dbb0f62f2483a27140a68bc39ac"


def load_sunspots() -> pd.DataFrame:
    """Mean sunspot number of each year.

    Returns
    -------
    pd.DataFrame
        309 years from 1700 to 2008, indexed by the first of January; one column,
        ``sunspots``, without unit. The shape all loaders share, see ``utils.data.packaged``.

    Source: National Geophysical Data Center, inside statsmodels.
    """
    from statsmodels.datasets import sunspots

    data = sunspots.load_pandas().data
    years = pd.to_datetime(data["YEAR"].astype(int).astype(str), format="%Y")
    table = pd.DataFrame({"sunspots": data["SUNACTIVITY"].to_numpy(dtype=float)})
    table.index = pd.DatetimeIndex(years, name="date", freq="YS")
    return checked(table, SHA256, "statsmodels", VERSION)
