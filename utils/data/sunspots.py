"""Sunspot numbers, one a year, 1700 to 2008."""

from __future__ import annotations

import pandas as pd

from utils.data._integrity import verify

SHA256 = "a71b4637f61e3e311adec84dcc315d8cdcd9ec7328a0de97322620cd565fa220"


def load_sunspots() -> pd.DataFrame:
    """Mean sunspot number of each year.

    Returns
    -------
    pd.DataFrame
        309 years from 1700 to 2008, indexed by the first of January; one column, ``sunspots``,
        without unit.

    Warns
    -----
    UserWarning
        If the installed statsmodels has other data.

    References
    ----------
    National Geophysical Data Center, inside statsmodels.
    """
    from statsmodels.datasets import sunspots

    data = sunspots.load_pandas().data
    years = pd.to_datetime(data["YEAR"].astype(int).astype(str), format="%Y")
    table = pd.DataFrame({"sunspots": data["SUNACTIVITY"].to_numpy(dtype=float)})
    table.index = pd.DatetimeIndex(years, name="date", freq="YS")
    return verify(table, SHA256, "statsmodels")
