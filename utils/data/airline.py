"""Airline passengers: monthly totals of international passengers, 1949 to 1960."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

FILE = Path(__file__).resolve().parents[2] / "datasets" / "airline_passengers.csv"


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
    if not FILE.exists():
        raise FileNotFoundError(
            f"{FILE.name} is not in {FILE.parent}; the lessons read it from the project's own "
            "datasets folder, so install the project from its folder with pip install -e ."
        )
    table = pd.read_csv(FILE, parse_dates=["month"], index_col="month")
    series = table["passengers"].astype(float)
    return series.rename("passengers (thousands)")
