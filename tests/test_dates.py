"""Dates: against Babel's own formatting, splits that cannot leak, and the checksum."""

import datetime
import importlib.metadata
import warnings

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from utils.data import dates
from utils.data.dates import LANGUAGES, STYLES, UNSEEN, checksum, make_dates, write_date

ANY_DATE = st.dates(datetime.date(1900, 1, 1), datetime.date(2099, 12, 31))


@pytest.fixture(scope="module")
def sets():
    return make_dates()


@given(ANY_DATE, st.sampled_from(LANGUAGES + UNSEEN), st.sampled_from(STYLES))
def test_text_is_what_babel_writes(date, language, style):
    text, fields = write_date(date, language, style)
    expected = format_date(date, style, language).replace("\u202f", " ").replace("\u00a0", " ")
    assert text == expected
    assert len(fields) == len(text)


@given(ANY_DATE, st.sampled_from(LANGUAGES + UNSEEN), st.sampled_from(STYLES))
def test_fields_mark_year_and_day(date, language, style):
    text, fields = write_date(date, language, style)
    part = {f: "".join(c for c, g in zip(text, fields, strict=True) if g == f) for f in "ymd"}
    assert int(part["y"]) == date.year
    assert int(part["d"]) == date.day
    assert part["m"]
    if part["m"].isdigit():
        assert int(part["m"]) == date.month
    assert ("w" in fields) == (style == "full")


def test_at_least_a_dozen_languages():
    assert len(LANGUAGES) >= 12
    assert not set(LANGUAGES) & set(UNSEEN)


def test_default_is_the_pinned_set(sets):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert checksum(*make_dates()) == dates.CHECKSUM == checksum(*sets)


def test_splits_share_no_day_and_no_text(sets):
    targets = [t for rows in sets for t in rows.targets]
    sources = [s for rows in sets for s in rows.sources]
    assert len(targets) == len(set(targets))
    assert len(sources) == len(set(sources))


def test_columns_fit(sets):
    train, test, unseen = sets
    for rows in sets:
        assert len({len(column) for column in rows}) == 1
        assert all(len(s) == len(f) for s, f in zip(rows.sources, rows.fields, strict=True))
        assert all(str(datetime.date.fromisoformat(t)) == t for t in rows.targets)
    assert set(train.languages) == set(test.languages) == set(LANGUAGES)
    assert set(unseen.languages) == set(UNSEEN)


def test_test_sets_have_no_unknown_character(sets):
    train, test, unseen = (set("".join(rows.sources)) for rows in sets)
    assert test | unseen <= train


def test_seed_decides():
    small = {"train": 50, "test": 20, "unseen": 10}
    assert make_dates(**small, seed=3) == make_dates(**small, seed=3)
    assert make_dates(**small, seed=3) != make_dates(**small, seed=4)


def test_other_languages():
    train, _, unseen = make_dates(30, 5, 5, languages=["en"], unseen_languages=["hu"])
    assert set(train.languages) == {"en"} and set(unseen.languages) == {"hu"}


def test_another_version_is_said(monkeypatch):
    monkeypatch.setattr(dates, "CHECKSUM", "0" * 64)
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "9.9.9")
    with pytest.warns(UserWarning, match=r"babel 2\.18\.0 made those, and 9\.9\.9 is installed"):
        make_dates()


def test_other_random_numbers_are_said(monkeypatch):
    monkeypatch.setattr(dates, "CHECKSUM", "0" * 64)
    with pytest.warns(UserWarning, match="NumPy"):
        make_dates()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"train": 0}, "train is 0"),
        ({"test": -1}, "test is -1"),
        ({"train": 80_000}, "each date is used once"),
        ({"languages": []}, "neither may be empty"),
        ({"unseen_languages": ["de"]}, "in both"),
    ],
)
def test_bad_settings_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        make_dates(**settings)


def test_bad_style_and_language_are_named():
    day = datetime.date(2026, 11, 21)
    with pytest.raises(ValueError, match="style is 'short'; allowed are full, long, medium"):
        write_date(day, "de", "short")
    with pytest.raises(ValueError, match="xx"):
        write_date(day, "xx")
