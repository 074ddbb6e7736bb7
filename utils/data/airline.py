"""Airline passengers: monthly totals of international passengers, 1949 to 1960."""

from __future__ import annotations

import pandas as pd

from utils.data._bundled import bundled


def load_airline() -> pd.DataFrame:
    """Monthly totals of international airline passengers.

    Returns
    -------
    pd.DataFrame
        144 months from January 1949 to December 1960, indexed by the first day of the month; one
        column, ``passengers (thousands)``.

    Raises
    ------
    FileNotFoundError
        If the project's ``datasets`` folder is not beside ``utils``.

    References
    ----------
    Series G of G. E. P. Box and G. M. Jenkins (1970), "Time Series Analysis: Forecasting and
    Control".
    """
    table = pd.read_csv(bundled("airline_passengers.csv"), parse_dates=["month"], index_col="month")
    table = table.astype(float).rename(columns={"passengers": "passengers (thousands)"})
    return table.rename_axis("date").asfreq("MS")
