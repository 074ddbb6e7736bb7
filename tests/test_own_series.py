"""A learner's own CSV: read as it is, or refused with the line and what to do."""

import pandas as pd
import pytest

from utils.data.own_series import load_csv

MONTHS = "month,sales\n2001-01,1\n2001-02,2\n2001-03,4\n"


@pytest.fixture
def csv(tmp_path):
    def write(text, **options):
        path = tmp_path / "mine.csv"
        path.write_bytes(text.encode(options.pop("encoding", "utf-8")))
        return load_csv(path, **options)

    return write


def test_the_shape_that_all_loaders_share(csv):
    table = csv(MONTHS)
    assert list(table.columns) == ["sales"]
    assert table["sales"].tolist() == [1.0, 2.0, 4.0]
    assert table.index.name == "date" and table.index.freqstr == "MS"


@pytest.mark.parametrize(
    ("dates", "frequency"),
    [
        (["1700", "1701", "1702"], "YS-JAN"),
        (["2001-03-31", "2002-03-31"], "YE-MAR"),
        (["2001-02-01", "2001-05-01", "2001-08-01"], "QS-FEB"),
        (["2001-01-31", "2001-02-28", "2001-03-31"], "ME"),
        (["2024-01-07", "2024-01-14", "2024-01-21"], "W-SUN"),
        ([f"2024-01-{day:02}" for day in (4, 5, 8, 9)], "B"),
        ([f"2024-01-{day:02}" for day in (4, 5, 6, 7)], "D"),
        (["2024-01-01 22:00", "2024-01-01 23:00", "2024-01-02T00:00"], "h"),
        (["2024-01-15", "2024-02-15", "2024-03-15"], "<DateOffset: months=1>"),
    ],
)
def test_the_step_is_found(csv, dates, frequency):
    table = csv("date,a\n" + "".join(f"{date},1\n" for date in dates))
    assert table.index.freqstr == frequency


def test_columns_are_chosen_by_name(csv):
    text = "note,when,b,a\nx,2001,1,2\ny,2002,3,4\n"
    table = csv(text, date_column="when", value_columns=["a", "b"])
    assert table.to_numpy().tolist() == [[2, 1], [4, 3]]
    assert list(csv(text, date_column="when", value_columns="a").columns) == ["a"]


def test_what_spreadsheets_write(csv):
    text = "Datum;Wert\r\n03.04.2001;1,5\r\n04.04.2001;2,25\r\n\r\n"
    table = csv(text, date_format="%d.%m.%Y", decimal=",", encoding="utf-8-sig")
    assert table["Wert"].tolist() == [1.5, 2.25]
    assert table.index[0] == pd.Timestamp("2001-04-03")


def test_gaps_are_filled_by_a_line_in_time(csv):
    text = "date,a,b\n2024-01-01,1,9\n2024-01-02,,8\n2024-01-05,5,5\n"
    table = csv(text, missing="interpolate", frequency="D")
    assert table["a"].tolist() == pytest.approx([1, 2, 3, 4, 5])
    assert table["b"].tolist() == pytest.approx([9, 8, 7, 6, 5])


def test_gaps_are_left_out_when_told(csv):
    table = csv("date,a\n2024-01-01,1\n2024-01-02,\n2024-01-04,5\n", missing="drop")
    assert table["a"].tolist() == [1, 5]
    assert csv(MONTHS, missing="drop").index.freqstr == "MS"


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        (MONTHS + "2000-12,1\n", {}, r"line 5: 2000-12-01 comes after 2001-03-01. Sort the file"),
        (MONTHS + "2001-02,1\n", {}, r"line 5: 2001-02-01 is already in line 3"),
        (MONTHS + "2001-04,much\n", {}, r"line 5, column 'sales': 'much' is not a number"),
        (MONTHS + "2001-04,inf\n", {}, r"line 5, column 'sales': 'inf' is not a number"),
        (MONTHS + '2001-04,"1,5"\n', {}, r"'1,5' is not a number.*decimal=','"),
        (MONTHS + "2001-04,1.5\n", {"decimal": ","}, r"'1.5' is not a number"),
        (MONTHS + "2001-04,\n", {}, r"line 5, column 'sales': the value of 2001-04-01 is missing"),
        (MONTHS + "2001-04,NA\n", {"missing": "interpolate"}, r"the last row has an empty value"),
        (MONTHS + "2001-06,9\n", {}, r"after line 4: there is no row for 2001-04-01.*MS: 2\)"),
        (MONTHS + "\n2001-06,9\n2001-05,9\n", {}, r"line 7: 2001-05-01 comes after 2001-06-01"),
        (MONTHS + "2001-04,9,9\n", {}, r"line 5: 3 columns where the first line names 2"),
        (MONTHS + ",9\n", {}, r"line 5: '' is not a date"),
        ("d,a\n03/04/05,1\n03/05/05,2\n", {}, r"line 2: '03/04/05' is not a date.*date_format"),
        ("d,a\n2001,1\n2002,2\n", {"date_format": "%d.%m.%Y"}, r"line 2: '2001' is not a date of"),
        ("d,a\n2001-01-01,1\n2001-01-02T00:00Z,2\n", {}, r"line 3: .* has a time zone"),
        ("d,a\n2001-01-01T00:00Z,1\n2001-01-02T00:00Z,2\n", {}, r"line 2: .* has a time zone"),
        ("d,a\n2001-01-01 00:00:00,1\n2001-01-01 00:00:07,2\n2009-01-01,2\n", {}, "no calendar"),
        (MONTHS, {"frequency": "W"}, r"do not all lie on the calendar 'W'"),
        (MONTHS, {"frequency": "fortnight"}, r"pandas does not know"),
        (MONTHS, {"date_column": "day"}, r"no column 'day' \(date_column\).*month, sales"),
        (MONTHS, {"value_columns": ["a"]}, r"no column 'a' \(value_columns\)"),
        (MONTHS, {"value_columns": "month"}, r"other than the dates"),
        (MONTHS, {"missing": "ignore"}, r"missing is 'ignore'"),
        ("a\n1\n2\n", {}, r"at least two columns"),
        ("", {}, r"at least two columns"),
        ("a,a\n2001,2\n2002,2\n", {}, r"each differently"),
        ("month,sales\n2001-01,1\n", {}, r"1 rows below its names"),
        ("month,sales\n2001-01,\n2001-02,\n", {"missing": "drop"}, r"0 rows are left"),
        ("Größe,a\n2001,1\n", {"encoding": "latin-1"}, r"not a text file in UTF-8"),
    ],
)
def test_what_is_wrong_is_named(csv, text, options, message):
    with pytest.raises(ValueError, match=message):
        csv(text, **options)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no file .*starts at the folder"):
        load_csv(tmp_path / "nowhere.csv")


def test_every_bundled_loader_survives_the_way_through_a_file(tmp_path):
    from utils.data.co2 import load_co2

    path = tmp_path / "co2.csv"
    load_co2().to_csv(path)
    pd.testing.assert_frame_equal(load_csv(path), load_co2(), check_freq=True)


def test_lines_are_counted_as_an_editor_counts_them(csv):
    text = '\n\nmonth,note,sales\n2001-01,"two\nlines",1\n\n2001-02,x,much\n'
    with pytest.raises(ValueError, match=r"line 7, column 'sales'"):
        csv(text, value_columns="sales")
