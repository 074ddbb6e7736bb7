"""Carbon dioxide in the air at Mauna Loa, Hawaii: weekly 1958 to 2001, and monthly means."""

from __future__ import annotations

import pandas as pd

from utils.data.packaged import checked

VERSION = "0.15.0"
SHA256 = "6debc7c0c1f9efc25a952ccc5bb03e574a053dabbd6c669619b88238655bede8"


def load_co2() -> pd.DataFrame:
    """Monthly means of the weekly record, in parts per million (ppm).

    A month's value is the mean of the weeks that were measured and whose date lies in it. Five
    months have none (June and October 1958, February to April 1964); they are filled by a
    straight line between their neighbours, so the line knows the month after the gap. All lie
    in the first six years: no test part begins there.

    Returns
    -------
    pd.DataFrame
        526 months from March 1958 to December 2001, indexed by the first day of the month;
        one column, ``co2 (ppm)``. The shape all loaders share, see ``utils.data.packaged``.

    Source: Keeling & Whorf 2004, "Atmospheric CO2 concentrations derived from flask air samples
    at sites in the SIO network" (CDIAC), inside statsmodels.
    """
    monthly = load_co2_weekly().resample("MS").mean().interpolate(method="linear")
    return checked(monthly, SHA256, "statsmodels", VERSION)


def load_co2_weekly() -> pd.DataFrame:
    """The record itself: 2,284 weeks from 29 March 1958 on, in ppm; 59 of them are NaN.

    The one loader that leaves gaps, because looking at them is part of the lesson.
    """
    from statsmodels.datasets import co2

    weekly = co2.load_pandas().data["co2"].astype(float).asfreq("W-SAT")
    return weekly.rename("co2 (ppm)").rename_axis("date").to_frame()
