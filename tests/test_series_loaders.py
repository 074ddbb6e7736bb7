"""Series inside installed packages: what they hold, and a sentence when they are others."""

import numpy as np
import pandas as pd
import pytest

from utils.data import packaged
from utils.data.co2 import load_co2, load_co2_weekly
from utils.data.el_nino import EL_NINO, LA_NINA, anomalies, episodes, load_el_nino
from utils.data.sp500 import load_sp500
from utils.data.sunspots import load_sunspots


@pytest.mark.parametrize(
    ("load", "shape", "first", "last", "frequency"),
    [
        (load_co2, (526, 1), "1958-03-01", "2001-12-01", "MS"),
        (load_sunspots, (309, 1), "1700-01-01", "2008-01-01", "YS-JAN"),
        (load_el_nino, (732, 1), "1950-01-01", "2010-12-01", "MS"),
        (load_sp500, (5031, 5), "1999-01-04", "2018-12-31", None),
    ],
)
def test_the_shape_that_all_loaders_share(load, shape, first, last, frequency, capsys):
    table = load()
    assert capsys.readouterr().out == "", "the installed version is not the pinned one"
    assert table.shape == shape
    assert np.isfinite(table.to_numpy()).all() and set(table.dtypes.astype(str)) == {"float64"}
    assert table.index.name == "date" and table.index.is_monotonic_increasing
    assert not table.index.has_duplicates
    assert [f"{table.index[i]:%Y-%m-%d}" for i in (0, -1)] == [first, last]
    assert (table.index.freqstr if table.index.freq else None) == frequency


def test_another_version_is_told_in_a_sentence(capsys):
    table = load_sunspots()
    table.iloc[5] += 1
    packaged.checked(table, packaged.checksum(load_sunspots()), "statsmodels", "0.1")
    said = capsys.readouterr().out
    assert "from statsmodels 0.1: the data differ, and so will the results" in said
    assert "pip install statsmodels==0.1" in said
    with pytest.raises(ValueError, match="missing values"):
        packaged.checked(table.replace(5.0, np.nan), "", "statsmodels", "0.1")
    with pytest.raises(ValueError, match="calendar in order"):
        packaged.checked(table[::-1], "", "statsmodels", "0.1")


def test_a_checksum_ignores_the_last_bit_and_nothing_else():
    table = load_co2()
    assert packaged.checksum(table) == packaged.checksum(table * (1 + 1e-14))
    assert packaged.checksum(table) != packaged.checksum(table + 1e-4)


def test_months_are_means_of_the_weeks_present():
    weekly, monthly = load_co2_weekly()["co2 (ppm)"], load_co2()["co2 (ppm)"]
    assert len(weekly) == 2284 and weekly.isna().sum() == 59
    assert monthly["1990-05-01"] == pytest.approx(weekly["1990-05"].mean())
    empty = weekly.resample("MS").count() == 0
    assert list(empty[empty].index.strftime("%Y-%m")) == [
        *("1958-06", "1958-10", "1964-02", "1964-03", "1964-04")
    ]
    neighbours = monthly[["1964-01-01", "1964-05-01"]].to_numpy()
    assert monthly["1964-03-01"] == pytest.approx(neighbours.mean())


def test_anomalies_know_the_training_part_only():
    table = load_el_nino()
    anomaly, climatology = anomalies(table, 512)
    assert climatology.shape == (12, 1)
    by_month = anomaly[:512].groupby(anomaly.index[:512].month).mean().to_numpy()
    assert np.allclose(by_month, 0)
    later = table.copy()
    later.iloc[512:] += 3
    again, same = anomalies(later, 512)
    pd.testing.assert_frame_equal(same, climatology)
    assert np.allclose(again - anomaly, later - table)
    for train in (11, 733):
        with pytest.raises(ValueError, match=f"train is {train}"):
            anomalies(table, train)


def test_yearly_data_have_no_months():
    with pytest.raises(ValueError, match="1 calendar months"):
        anomalies(load_sunspots(), 100)


def test_known_episodes():
    table = load_el_nino()
    labels = episodes(table.index)
    assert labels["1997-12-01"] == labels["1982-12-01"] == labels["1972-12-01"] == 1
    assert labels["1988-12-01"] == labels["1973-12-01"] == labels["2010-12-01"] == -1
    assert labels["1993-12-01"] == labels["1996-12-01"] == 0
    # At least five seasons each, in order, and never two at once.
    spans = sorted([(*span, 1) for span in EL_NINO] + [(*span, -1) for span in LA_NINA])
    months = [len(pd.period_range(first, last, freq="M")) for first, last, _ in spans]
    assert min(months) >= 5
    assert all(before[1] < after[0] for before, after in zip(spans, spans[1:], strict=False))
    # Another region, another data set, the same events.
    anomaly, _ = anomalies(table, 512)
    means = anomaly.iloc[:, 0].groupby(labels).mean()
    assert means[-1] < -0.3 and means[1] > 0.9
    with pytest.raises(ValueError, match="from 1950-01 to 2010-12"):
        episodes(load_co2().index[-1:] + pd.DateOffset(years=20))


def test_prices_of_a_day_are_in_order():
    prices = load_sp500()
    assert (prices["high"] >= prices[["open", "close", "low"]].max(axis=1)).all()
    assert (prices["low"] <= prices[["open", "close"]].min(axis=1)).all()
    assert (prices > 0).all().all()
