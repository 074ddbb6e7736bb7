"""A series of your own: a CSV file with a column of dates and one or more of numbers."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

_EMPTY = {"", "na", "n/a", "nan", "null", "none", "-", "?", "."}


def load_csv(
    path: str | Path,
    date_column: str | None = None,
    value_columns: str | Sequence[str] | None = None,
    *,
    missing: str = "refuse",
    frequency: str | None = None,
    date_format: str | None = None,
    separator: str | None = None,
    decimal: str = ".",
) -> pd.DataFrame:
    """Read a time series, or say in which line of the file something is wrong.

    Nothing is mended silently: rows are not sorted, doubles not dropped and gaps not filled
    unless you ask for it.

    Parameters
    ----------
    path
        A text file in UTF-8 with the names of its columns in the first line. A relative path
        starts at the notebook's folder.
    date_column
        Name of the column of dates; by default the first one.
    value_columns
        Name or names of the columns of numbers; by default all others.
    missing
        What to do about empty values, and about dates that a regular calendar would have and
        the file has not. ``"refuse"``: an error names the first. ``"interpolate"``: a straight
        line in time between the neighbours (this looks at the value after the gap: harmless in
        a training part, a small cheat in a test part). ``"drop"``: rows with empty values are
        left out and the others used as they come, the right choice for trading days.
    frequency
        pandas' name of the step, for instance ``"D"``, ``"W-SUN"``, ``"MS"`` (first of month) or
        ``"YS"``; by default the widest step that meets every date.
    date_format
        How dates are written, for instance ``"%d.%m.%Y"``. By default only ISO 8601 is
        understood (2024-05-31, 2024-05, 2024, 2024-05-31 18:00), because 03/04/05 could be
        three different days.
    separator
        Between columns; by default comma, semicolon or tabulator, whichever the first line has.
    decimal
        ``"."`` or ``","``.

    Returns
    -------
    pd.DataFrame
        One row a time step, the chosen columns as floats: the shape all loaders share, see
        ``utils.data.packaged``. With ``missing="drop"`` the index may have no frequency.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If a column is not there, or a row is unsorted, duplicated, incomplete or not numeric;
        the message has the line of the file, and what to do.
    """
    if missing not in ("refuse", "interpolate", "drop"):
        raise ValueError(f"missing is {missing!r}; it must be 'refuse', 'interpolate' or 'drop'.")
    path = Path(path)
    names, rows, lines = _read(path, separator)
    date_column = _one_of(path, names, date_column or names[0], "date_column")
    if value_columns is None:
        value_columns = [name for name in names if name != date_column]
    elif isinstance(value_columns, str):
        value_columns = [value_columns]
    for name in value_columns:
        _one_of(path, names, name, "value_columns")
    if not value_columns or date_column in value_columns:
        raise ValueError(
            f"{path.name}: name at least one column of values other than the dates "
            f"({date_column!r}); the columns are {', '.join(names)}."
        )

    place = {name: names.index(name) for name in names}
    dates = _dates(path, [row[place[date_column]] for row in rows], lines, date_format)
    values = np.array(
        [
            [_number(path, row[place[name]], line, name, decimal) for name in value_columns]
            for row, line in zip(rows, lines, strict=True)
        ]
    )
    table = pd.DataFrame(values, index=dates, columns=list(value_columns))
    return _without_gaps(path, table, lines, missing, frequency)


def _read(path: Path, separator: str | None) -> tuple[list[str], list[list[str]], list[int]]:
    """Names of the columns, rows of text, and the line of the file each row stands in."""
    if not path.is_file():
        raise FileNotFoundError(
            f"there is no file {path}. A relative path starts at the folder of the notebook, "
            f"{Path.cwd()}; give the whole path if the file is elsewhere."
        )
    try:
        text = path.read_text(encoding="utf-8-sig")  # Excel puts a mark in front
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path.name} is not a text file in UTF-8 (byte {error.start}); save it as "
            "'CSV UTF-8'. A spreadsheet (.xlsx) has to be exported first."
        ) from error
    first = text.lstrip().partition("\n")[0]
    if separator is None:
        separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=separator, skipinitialspace=True)
    names: list[str] = []
    rows, lines = [], []
    for row in reader:
        if not any(field.strip() for field in row):
            continue
        if not names:
            names = [field.strip() for field in row]
        elif len(row) != len(names):
            raise ValueError(
                f"{path.name}, line {reader.line_num}: {len(row)} columns where the first line "
                f"names {len(names)} ({', '.join(names)}). Columns are separated here by "
                f"{separator!r}; say separator=... if that is wrong."
            )
        else:
            rows.append([field.strip() for field in row])
            lines.append(reader.line_num)
    if len(set(names)) < len(names) or len(names) < 2:
        raise ValueError(
            f"{path.name}: the first line must name at least two columns, each differently, and "
            f"it is {first.strip()!r}; say separator=... if the columns are not separated by "
            f"{separator!r}."
        )
    if len(rows) < 2:
        raise ValueError(f"{path.name} has {len(rows)} rows below its names; a series needs two.")
    return names, rows, lines


def _one_of(path: Path, names: list[str], name: str, argument: str) -> str:
    if name not in names:
        raise ValueError(
            f"{path.name} has no column {name!r} ({argument}); its columns are {', '.join(names)}."
        )
    return name


def _dates(
    path: Path, texts: list[str], lines: list[int], date_format: str | None
) -> pd.DatetimeIndex:
    """Dates in the order of the file, which must be that of time, without doubles."""
    form = date_format or "ISO8601"
    try:
        dates = list(pd.to_datetime(texts, format=form))
    except ValueError:  # which one? also where some have a time zone and some have none
        dates = [_date(path, text, line, form) for text, line in zip(texts, lines, strict=True)]
    if dates[0].tzinfo is not None or any(date is pd.NaT for date in dates):
        dates = [_date(path, text, line, form) for text, line in zip(texts, lines, strict=True)]
    seen: dict[pd.Timestamp, int] = {}
    for date, line in zip(dates, lines, strict=True):
        if date in seen:
            raise ValueError(
                f"{path.name}, line {line}: {_plain(date)} is already in line {seen[date]}. "
                "Keep one of the rows, or add them up, or read each series from a file of its own."
            )
        seen[date] = line
    for before, after, line in zip(dates, dates[1:], lines[1:], strict=False):
        if after < before:
            raise ValueError(
                f"{path.name}, line {line}: {_plain(after)} comes after {_plain(before)}. "
                "Sort the file by date, oldest first."
            )
    return pd.DatetimeIndex(dates, name="date")


def _plain(date: pd.Timestamp) -> str:
    return f"{date:%Y-%m-%d}" if date == date.normalize() else str(date)


def _date(path: Path, text: str, line: int, form: str) -> pd.Timestamp:
    try:
        date = pd.to_datetime(text, format=form)
    except ValueError:
        date = pd.NaT
    if date is not pd.NaT and date.tzinfo is not None:
        raise ValueError(
            f"{path.name}, line {line}: {text!r} has a time zone. Convert all dates to one zone "
            "and leave the zone out."
        )
    if date is not pd.NaT:
        return date
    how = (
        "written as 2024-05-31, 2024-05 or 2024. If dates are written in another way, say how, for "
        "instance date_format='%d.%m.%Y'; if this is the wrong column, say date_column='...'"
        if form == "ISO8601"
        else f"of the form {form!r}, which date_format says"
    )
    raise ValueError(f"{path.name}, line {line}: {text!r} is not a date {how}.")


def _number(path: Path, text: str, line: int, name: str, decimal: str) -> float:
    """A number, or NaN where nothing stands."""
    if text.lower() in _EMPTY:
        return math.nan
    if "_" not in text and not (decimal == "," and "." in text):
        try:
            number = float(text.replace(",", ".") if decimal == "," else text)
        except ValueError:
            number = math.nan
        if math.isfinite(number):
            return number
    hint = "say decimal=',' if the comma is a decimal point, and write thousands without a mark"
    raise ValueError(
        f"{path.name}, line {line}, column {name!r}: {text!r} is not a number. Correct it, or "
        "leave it empty and say what to do with missing=..., or choose other columns with "
        "value_columns=[...]" + (f"; {hint}." if "," in text or "." in text else ".")
    )


def _without_gaps(
    path: Path, table: pd.DataFrame, lines: list[int], missing: str, frequency: str | None
) -> pd.DataFrame:
    """No NaN and, unless rows are dropped, no date left out."""
    empty = np.argwhere(table.isna().to_numpy())
    if missing == "drop":
        table = table.dropna()
        if len(table) < 2:
            raise ValueError(f"{path.name}: {len(table)} rows are left without the empty ones.")
        grid = _grid(path, table.index, frequency, strict=False)
        whole = grid is not None and len(grid) == len(table)
        return table.set_axis(grid, axis=0) if whole else table
    ways = "missing='interpolate' to fill by a straight line, or missing='drop' to leave it out"
    if len(empty) and missing == "refuse":
        row, column = empty[0]
        raise ValueError(
            f"{path.name}, line {lines[row]}, column {table.columns[column]!r}: the value of "
            f"{_plain(table.index[row])} is missing (missing in all: {len(empty)}). Say {ways}."
        )
    grid = _grid(path, table.index, frequency, strict=True)
    absent = grid.difference(table.index)
    if len(absent) and missing == "refuse":
        before = lines[int(table.index.searchsorted(absent[0])) - 1]
        raise ValueError(
            f"{path.name}, after line {before}: there is no row for {_plain(absent[0])} "
            f"(missing in all, if the step is {grid.freqstr}: {len(absent)}). Say {ways}: rows "
            "are then used as they come, which is right for trading days."
        )
    table = table.reindex(grid)
    for edge, name in ((table.iloc[0], "first"), (table.iloc[-1], "last")):
        if edge.isna().any():
            raise ValueError(
                f"{path.name}: the {name} row has an empty value, and there is nothing beyond "
                "it to draw a line to. Remove the row."
            )
    return table.interpolate(method="time")


def _grid(
    path: Path, dates: pd.DatetimeIndex, frequency: str | None, strict: bool
) -> pd.DatetimeIndex | None:
    """The regular calendar from the first to the last date that has all dates in it."""
    first, last = dates[0], dates[-1]
    if frequency is not None:
        try:
            steps = [pd.tseries.frequencies.to_offset(frequency)]
        except ValueError as error:
            raise ValueError(
                f"frequency is {frequency!r}, which pandas does not know; use for instance 'D', "
                "'W-SUN', 'MS' or 'YS'."
            ) from error
    else:
        steps = _steps(first, dates)
    for step in steps:
        grid = pd.date_range(first, last, freq=step, name="date")
        if dates.isin(grid).all():
            return grid
    if not strict:
        return None
    widths = dates[1:] - dates[:-1]
    asked = f"do not all lie on the calendar {frequency!r}" if frequency else "follow no calendar"
    raise ValueError(
        f"{path.name}: the dates {asked}; the steps between rows go from {widths.min()} to "
        f"{widths.max()}. Say frequency=... if you know the step, or missing='drop' to use the "
        "rows as they come."
    )


def _steps(first: pd.Timestamp, dates: pd.DatetimeIndex) -> list[pd.offsets.BaseOffset]:
    """Steps that a calendar may have, from the widest to the narrowest."""
    months = pd.offsets.MonthEnd if first.is_month_end else pd.offsets.MonthBegin
    offsets: list[pd.offsets.BaseOffset] = []
    if first.is_month_end:
        offsets += [pd.offsets.YearEnd(month=first.month)]
        offsets += [pd.offsets.QuarterEnd(startingMonth=(first.month - 1) % 3 + 1), months()]
    elif first.day == 1:
        offsets += [pd.offsets.YearBegin(month=first.month)]
        offsets += [pd.offsets.QuarterBegin(startingMonth=(first.month - 1) % 3 + 1), months()]
    elif first.day <= 28:
        offsets += [pd.DateOffset(years=1), pd.DateOffset(months=3), pd.DateOffset(months=1)]
    offsets += [pd.offsets.Week(weekday=first.weekday()), pd.offsets.BDay(), pd.offsets.Day()]
    narrowest = (dates[1:] - dates[:-1]).min()
    # Not where most of that calendar would be empty.
    if narrowest < pd.Timedelta(days=1) and (dates[-1] - first) / narrowest < 20 * len(dates):
        offsets.append(pd.tseries.frequencies.to_offset(narrowest))
    return offsets
