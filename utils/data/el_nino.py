"""Sea-surface temperature off Peru and Ecuador, 1950 to 2010, and the known El Niño episodes.

The series is that of the region Niño 1+2 (0 to 10 degrees south, 80 to 90 degrees west), at the
coast. The episodes are those of the Oceanic Niño Index, which is measured in another region,
Niño 3.4 in the middle of the Pacific (5 degrees north to 5 degrees south, 120 to 170 degrees
west). They are an independent record of the same events, and some hardly show at the coast.
"""

from __future__ import annotations

import pandas as pd

from utils.data._integrity import verify

SHA256 = "c1ef8a71b44f69cb315d90610c5da1559e71ffee962533ab1906f9763ba50696"

# First and last month of each episode: the middle months of its first and last three-month
# season. NOAA's rule: at least five overlapping seasons in a row with an Oceanic Niño Index
# (3-month running mean of ERSST.v5 anomalies in Niño 3.4) of at least +0.5 degrees, or at most
# -0.5, counted in tenths. Worked out from NOAA's file oni.ascii.txt, whose two decimals were
# rounded to one, halves away from zero. NOAA's own table may be rounded from more digits, so an
# edge where the file has 0.45 may differ from it (1968, 1979, 1991, 1998, 2005, 2009).
EL_NINO = (
    ("1951-06", "1952-01"), ("1953-02", "1954-02"), ("1957-04", "1958-07"),
    ("1958-11", "1959-03"), ("1963-06", "1964-02"), ("1965-05", "1966-04"),
    ("1968-07", "1969-05"), ("1969-08", "1970-01"), ("1972-05", "1973-03"),
    ("1976-09", "1977-02"), ("1977-09", "1978-01"), ("1979-10", "1980-02"),
    ("1982-04", "1983-06"), ("1986-09", "1988-02"), ("1991-05", "1992-06"),
    ("1994-09", "1995-03"), ("1997-05", "1998-05"), ("2002-06", "2003-02"),
    ("2004-07", "2005-03"), ("2006-09", "2007-01"), ("2009-07", "2010-03"),
)  # fmt: skip
LA_NINA = (
    ("1950-01", "1950-07"), ("1954-05", "1956-09"), ("1964-05", "1965-01"),
    ("1970-07", "1972-01"), ("1973-05", "1974-07"), ("1974-10", "1976-04"),
    ("1983-09", "1984-01"), ("1984-10", "1985-08"), ("1988-05", "1989-05"),
    ("1995-08", "1996-03"), ("1998-07", "2001-02"), ("2005-11", "2006-03"),
    ("2007-06", "2008-06"), ("2008-11", "2009-03"), ("2010-06", "2011-05"),
)  # fmt: skip


def load_el_nino() -> pd.DataFrame:
    """Monthly mean sea-surface temperature of the region Niño 1+2.

    Returns
    -------
    pd.DataFrame
        732 months from January 1950 to December 2010, indexed by the first day of the month; one
        column, ``temperature (°C)``, in degrees Celsius.

    Warns
    -----
    UserWarning
        If the installed statsmodels has other data.

    References
    ----------
    NOAA, ERSST.V3B, inside statsmodels.
    """
    from statsmodels.datasets import elnino

    data = elnino.load_pandas().data.set_index("YEAR")
    index = pd.date_range(f"{int(data.index[0])}-01-01", periods=data.size, freq="MS", name="date")
    table = pd.DataFrame({"temperature (°C)": data.to_numpy(dtype=float).ravel()}, index=index)
    return verify(table, SHA256, "statsmodels")


def anomalies(table: pd.DataFrame, train: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Each value minus the mean of its calendar month in the training set.

    Parameters
    ----------
    table
        Monthly, as a loader returns it.
    train
        The means are those of the first ``train`` rows, at least twelve; later rows are not used.

    Returns
    -------
    anomaly, climatology
        Shapes as ``table``, in its unit; and ``(12, columns)``, indexed by month 1 to 12.

    Raises
    ------
    ValueError
        If ``train`` is out of range, or a calendar month does not occur in the training set.
    """
    if not 12 <= train <= len(table):
        raise ValueError(
            f"train is {train}; it must be from 12 to {len(table)}, the rows of table."
        )
    part = table.iloc[:train]
    climatology = part.groupby(part.index.month).mean().rename_axis("month")
    if len(climatology) < 12:
        raise ValueError(
            f"table has {len(climatology)} calendar months in its first {train} rows; give "
            "monthly data in which all twelve occur."
        )
    return table - climatology.loc[table.index.month].to_numpy(), climatology


def episodes(dates: pd.DatetimeIndex) -> pd.Series:
    """1 in months of an El Niño, -1 in months of a La Niña, 0 in others.

    Parameters
    ----------
    dates
        From 1950 to 2010, the years of the list of episodes.

    Raises
    ------
    ValueError
        If a date is outside these years.
    """
    months = dates.to_period("M")
    if months.min() < pd.Period("1950-01") or months.max() > pd.Period("2010-12"):
        raise ValueError(
            f"dates are from {months.min()} to {months.max()}; the episodes listed here are those "
            "from 1950-01 to 2010-12."
        )
    labels = pd.Series(0, index=dates, name="episode")
    for sign, spans in ((1, EL_NINO), (-1, LA_NINA)):
        for first, last in spans:
            labels[(months >= pd.Period(first)) & (months <= pd.Period(last))] = sign
    return labels
