"""Rebuild airline_passengers.csv from the copy of Series G inside statsmodels.

Run from the project's folder: python datasets/rebuild_airline.py
"""

from pathlib import Path

import pandas as pd
from statsmodels.tsa.statespace.tests.results.results_sarimax import air2_data

months = pd.date_range("1949-01-01", periods=len(air2_data), freq="MS")
table = pd.DataFrame({"month": months.strftime("%Y-%m-%d"), "passengers": air2_data})
table.to_csv(Path(__file__).with_name("airline_passengers.csv"), index=False)
