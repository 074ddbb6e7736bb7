"""Carbon dioxide in the air at Mauna Loa, Hawaii: weekly 1958 to 2001, and monthly means."""

from __future__ import annotations

import pandas as pd

from utils.data._integrity import verify

SHA256 = "72f693e68b2eb67d0efcaaf69f1cfa4b2b9dac46ea16f4edc146c59c38cb5c7b"


def load_co2() -> pd.DataFrame:
    """Monthly means of the weekly record.

    The value of a month is the mean of the weeks in it that were measured. Five months have none
    (June and October 1958, February to April 1964). They are interpolated linearly, which uses
    the month after the gap; all five lie in the first six years, far from any test set.

    Returns
    -------
    pd.DataFrame
        526 months from March 1958 to December 2001, indexed by the first day of the month; one
        column, ``co2 (ppm)``, in parts per million.

    Warns
    -----
    UserWarning
        If the installed statsmodels has other data.

    References
    ----------
    C. D. Keeling and T. P. Whorf (2004), "Atmospheric CO2 concentrations derived from flask air
    samples at sites in the SIO network" (CDIAC), inside statsmodels.
    """
    monthly = load_co2_weekly().resample("MS").mean().interpolate(method="linear")
    return verify(monthly, SHA256, "statsmodels")


def load_co2_weekly() -> pd.DataFrame:
    """The weekly record: 2,284 weeks from 29 March 1958 on, in ppm, 59 of them NaN.

    The only loader that leaves gaps, because looking at them is part of a lesson.
    """
    from statsmodels.datasets import co2

    weekly = co2.load_pandas().data["co2"].astype(float).asfreq("W-SAT")
    return weekly.rename("co2 (ppm)").rename_axis("date").to_frame()
