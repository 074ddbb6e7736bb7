"""Loaders of time series: one form for all, and what is particular to each."""

import numpy as np
import pandas as pd
import pytest

from utils.data.airline import load_airline
from utils.data.co2 import load_co2, load_co2_weekly
from utils.data.el_nino import EL_NINO, LA_NINA, anomalies, episodes, load_el_nino
from utils.data.sp500 import load_sp500
from utils.data.sunspots import load_sunspots


@pytest.mark.parametrize(
    ("load", "shape", "first", "last", "frequency"),
    [
        (load_airline, (144, 1), "1949-01-01", "1960-12-01", "MS"),
        (load_co2, (526, 1), "1958-03-01", "2001-12-01", "MS"),
        (load_sunspots, (309, 1), "1700-01-01", "2008-01-01", "YS-JAN"),
        (load_el_nino, (732, 1), "1950-01-01", "2010-12-01", "MS"),
        (load_sp500, (5031, 5), "1999-01-04", "2018-12-31", None),
    ],
)
def test_the_form_that_all_loaders_share(load, shape, first, last, frequency):
    table = load()
    assert isinstance(table, pd.DataFrame) and table.shape == shape
    assert np.isfinite(table.to_numpy()).all() and set(table.dtypes.astype(str)) == {"float64"}
    assert table.index.name == "date" and table.index.is_monotonic_increasing
    assert table.index.is_unique
    assert [f"{table.index[i]:%Y-%m-%d}" for i in (0, -1)] == [first, last]
    assert table.index.freqstr == frequency


def test_airline_is_series_g():
    values = load_airline()["passengers (thousands)"]
    assert (values.iloc[0], values.iloc[-1], values.max()) == (112, 432, 622)
    assert values.idxmax() == pd.Timestamp("1960-07-01")


def test_months_are_means_of_the_weeks_present():
    weekly, monthly = load_co2_weekly()["co2 (ppm)"], load_co2()["co2 (ppm)"]
    assert len(weekly) == 2284 and weekly.isna().sum() == 59
    assert monthly["1990-05-01"] == pytest.approx(weekly["1990-05"].mean())
    neighbours = monthly[["1964-01-01", "1964-05-01"]].to_numpy()
    assert monthly["1964-03-01"] == pytest.approx(neighbours.mean())  # no week in three months


def test_anomalies_use_the_training_set_only():
    table = load_el_nino()
    anomaly, climatology = anomalies(table, 512)
    assert climatology.shape == (12, 1)
    assert np.allclose(anomaly[:512].groupby(anomaly.index[:512].month).mean(), 0)
    later = table.copy()
    later.iloc[512:] += 3
    again, same = anomalies(later, 512)
    pd.testing.assert_frame_equal(same, climatology)
    assert np.allclose(again - anomaly, later - table)


@pytest.mark.parametrize(
    ("load", "train", "name"),
    [(load_el_nino, 11, "train"), (load_el_nino, 733, "train"), (load_sunspots, 100, "table")],
)
def test_anomalies_need_every_month(load, train, name):
    with pytest.raises(ValueError, match=name):
        anomalies(load(), train)


def test_known_episodes():
    table = load_el_nino()
    labels = episodes(table.index)
    assert (labels[["1997-12-01", "1982-12-01", "1972-12-01"]] == 1).all()
    assert (labels[["1988-12-01", "1973-12-01", "2010-12-01"]] == -1).all()
    assert (labels[["1993-12-01", "1996-12-01"]] == 0).all()
    # At least five seasons each, and never two at once.
    spans = sorted([*EL_NINO, *LA_NINA])
    assert min(len(pd.period_range(first, last, freq="M")) for first, last in spans) >= 5
    assert all(before[1] < after[0] for before, after in zip(spans, spans[1:], strict=False))
    # Another region, another data set, the same events.
    means = anomalies(table, 512)[0].iloc[:, 0].groupby(labels).mean()
    assert means[-1] < -0.3 and means[1] > 0.9
    with pytest.raises(ValueError, match="dates"):
        episodes(table.index + pd.DateOffset(months=1))


def test_prices_of_a_day_are_in_order():
    prices = load_sp500()
    assert (prices["high"] >= prices[["open", "close", "low"]].max(axis=1)).all()
    assert (prices["low"] <= prices[["open", "close"]].min(axis=1)).all()
    assert (prices > 0).all().all()
