"""Dates: against Babel's own formatting, and splits that cannot leak."""

import datetime

import pytest
from babel.dates import format_date
from hypothesis import given, settings
from hypothesis import strategies as st

from utils.data.dates import LANGUAGES, STYLES, UNSEEN, make_dates, write_date

ANY_DATE = st.dates(datetime.date(1900, 1, 1), datetime.date(2099, 12, 31))


@pytest.fixture(scope="module")
def sets():
    return make_dates()


@given(ANY_DATE, st.sampled_from(LANGUAGES + UNSEEN), st.sampled_from(STYLES))
@settings(deadline=None)
def test_text_is_what_babel_writes_and_fields_mark_its_parts(date, language, style):
    text, fields = write_date(date, language, style)
    expected = format_date(date, style, language).replace("\u202f", " ").replace("\u00a0", " ")
    assert text == expected
    part = {f: "".join(c for c, g in zip(text, fields, strict=True) if g == f) for f in "ymd"}
    assert int(part["y"]) == date.year and int(part["d"]) == date.day
    assert int(part["m"]) == date.month if part["m"].isdigit() else part["m"]
    assert ("w" in fields) == (style == "full")


def test_sets_share_no_day_and_no_text(sets):
    for column in ("sources", "targets"):
        values = [value for rows in sets for value in getattr(rows, column)]
        assert len(values) == len(set(values)) == 26_500


def test_columns_belong_together(sets):
    train, test, unseen = sets
    for rows in sets:
        assert all(len(s) == len(f) for s, f in zip(rows.sources, rows.fields, strict=True))
        for source, target, language in list(zip(*rows[:2], rows.languages, strict=True))[:50]:
            date = datetime.date.fromisoformat(target)
            assert source in [write_date(date, language, style)[0] for style in STYLES]
    assert set(train.languages) == set(test.languages) == set(LANGUAGES)
    assert set(unseen.languages) == set(UNSEEN)


def test_test_sets_have_no_unknown_character(sets):
    train, test, unseen = (set("".join(rows.sources)) for rows in sets)
    assert test | unseen <= train


def test_seed_and_languages_decide():
    small = {"train": 50, "test": 20, "unseen": 10, "languages": ["en"], "unseen_languages": ["hu"]}
    sets = make_dates(**small, seed=3)
    assert sets == make_dates(**small, seed=3) != make_dates(**small, seed=4)
    assert [set(rows.languages) for rows in sets] == [{"en"}, {"en"}, {"hu"}]


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"train": 0}, "train"),
        ({"test": -1}, "test"),
        ({"train": 80_000}, "train"),
        ({"languages": []}, "languages"),
        ({"unseen_languages": ["de"]}, "languages"),
    ],
)
def test_bad_settings_are_named(settings, name):
    with pytest.raises(ValueError, match=name):
        make_dates(**settings)


@pytest.mark.parametrize(
    ("language", "style", "name"), [("de", "short", "style"), ("xx", "full", "language")]
)
def test_bad_style_and_language_are_named(language, style, name):
    with pytest.raises(ValueError, match=name):
        write_date(datetime.date(2026, 11, 21), language, style)
