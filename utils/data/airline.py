"""Airline passengers: monthly totals of international passengers, 1949 to 1960."""

from __future__ import annotations

import pandas as pd

from utils.data.bundled import bundled


def load_airline() -> pd.Series:
    """Monthly totals of international airline passengers, in thousands.

    Series G of Box & Jenkins, "Time Series Analysis: Forecasting and Control" (1970).

    Returns
    -------
    pd.Series
        144 values from January 1949 to December 1960, in thousands of passengers, indexed by
        the first day of the month.

    Raises
    ------
    FileNotFoundError
        If the project's ``datasets`` folder is not beside ``utils``.
    """
    table = pd.read_csv(bundled("airline_passengers.csv"), parse_dates=["month"], index_col="month")
    series = table["passengers"].astype(float)
    return series.rename("passengers (thousands)")
