"""Dates as people write them in many languages, and in ISO 8601, from Babel's CLDR data."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from babel.core import UnknownLocaleError
from babel.dates import DateTimeFormat, get_date_format, tokenize_pattern

from utils.data._integrity import verify

SHA256 = "357808dbd085a20942810abd083942111746c1c8e9314dc838691f93a6ad4cee"
# Fifteen languages in four scripts. They differ in order, punctuation and small words.
LANGUAGES = (
    "cs", "da", "de", "el", "en", "es", "fr", "it", "ja", "nl", "pl", "pt", "ru", "sv", "tr",
)  # fmt: skip
# Never trained on. Every character they use occurs in the languages above.
UNSEEN = ("fi", "sl")
STYLES = ("full", "long", "medium")  # CLDR's; "short" is left out, being ambiguous: 03/04/05
FIRST_YEAR, LAST_YEAR = 1900, 2099

_FIELD_OF_LETTER = {"y": "y", "M": "m", "L": "m", "d": "d", "E": "w", "c": "w"}


class Dates(NamedTuple):
    """Tuples of equal length: each date in one language, as text and in ISO 8601."""

    sources: tuple[str, ...]  # "Samstag, 21. November 2026"
    targets: tuple[str, ...]  # "2026-11-21"
    fields: tuple[str, ...]  # per source character: y, m, d, w (weekday), or "." for the rest
    languages: tuple[str, ...]  # "de"


def write_date(date: datetime.date, language: str, style: str = "full") -> tuple[str, str]:
    """A date as CLDR writes it, and the field that each character belongs to.

    Parameters
    ----------
    date
        Of the Gregorian calendar.
    language
        A locale that Babel knows, such as ``de`` or ``pt_BR``.
    style
        ``full`` (with the weekday), ``long`` or ``medium`` (often abbreviated or in digits).

    Returns
    -------
    tuple[str, str]
        The text, and a string of the same length: ``y``, ``m``, ``d`` and ``w`` for characters
        of year, month, day and weekday, ``.`` for all others.

    Raises
    ------
    ValueError
        If the style or the language is unknown.
    """
    if style not in STYLES:
        raise ValueError(f"style is {style!r}; allowed are {', '.join(STYLES)}.")
    try:
        formatter = DateTimeFormat(date, language)
    except UnknownLocaleError:
        raise ValueError(
            f"language is {language!r}, which Babel does not know; it must be a locale of the "
            "Unicode CLDR, such as de or pt_BR."
        ) from None
    text, fields = "", ""
    for kind, value in _pattern(language, style):
        if kind == "chars":
            piece, field = value, "."
        else:
            letter, count = value
            piece, field = formatter[letter * count], _FIELD_OF_LETTER[letter]
        text += piece
        fields += field * len(piece)
    # CLDR writes some spaces as no-break spaces; keyboards have only the ordinary one.
    return text.replace("\u202f", " ").replace("\u00a0", " "), fields


def make_dates(
    train: int = 24_000,
    test: int = 2_000,
    unseen: int = 500,
    *,
    seed: int = 0,
    languages: Sequence[str] = LANGUAGES,
    unseen_languages: Sequence[str] = UNSEEN,
) -> tuple[Dates, Dates, Dates]:
    """Training set, test set, and a test set in languages that are not in the training set.

    The days of the three sets are disjoint, so no source text occurs twice, within a set or
    across sets. Each day, drawn uniformly from 1900 to 2099, is written once, in a language and
    style drawn at random.

    Parameters
    ----------
    train, test, unseen
        Sizes; together at most the number of days in two centuries.
    seed
        Of the draw; the same seed gives the same sets.
    languages, unseen_languages
        Locales that Babel knows; none in both.

    Returns
    -------
    tuple[Dates, Dates, Dates]
        Training set, test set, unseen languages.

    Raises
    ------
    ValueError
        If a size is not positive, the sizes exceed the number of days, a language is unknown or
        in both lists, or a list is empty.

    Warns
    -----
    UserWarning
        If the default set is not the one that the lessons were measured on, which happens with
        another version of Babel or NumPy.

    References
    ----------
    Unicode CLDR, inside Babel.
    """
    sizes = {"train": train, "test": test, "unseen": unseen}
    first = datetime.date(FIRST_YEAR, 1, 1)
    days = (datetime.date(LAST_YEAR, 12, 31) - first).days + 1
    for name, size in sizes.items():
        if size < 1:
            raise ValueError(f"{name} is {size}; it must be at least 1.")
    if sum(sizes.values()) > days:
        raise ValueError(
            f"train, test and unseen are {sum(sizes.values())} together; each day is used once, "
            f"and {FIRST_YEAR} to {LAST_YEAR} has {days}."
        )
    if not languages or not unseen_languages or set(languages) & set(unseen_languages):
        raise ValueError(
            f"languages are {list(languages)} and unseen_languages {list(unseen_languages)}; "
            "neither may be empty, and none may be in both."
        )
    generator = np.random.default_rng(seed)
    chosen = iter(generator.permutation(days)[: sum(sizes.values())].tolist())
    sets = []
    for size, known in ((train, languages), (test, languages), (unseen, unseen_languages)):
        which = generator.integers(len(known), size=size).tolist()
        styles = generator.integers(len(STYLES), size=size).tolist()
        rows = []
        for language, style in zip(which, styles):
            date = first + datetime.timedelta(days=next(chosen))
            text, fields = write_date(date, known[language], STYLES[style])
            rows.append((text, date.isoformat(), fields, known[language]))
        sets.append(Dates(*zip(*rows)))
    made = (*sizes.values(), seed, tuple(languages), tuple(unseen_languages))
    if made == (24_000, 2_000, 500, 0, LANGUAGES, UNSEEN):
        verify(sets, SHA256, "babel")
    return tuple(sets)


@functools.cache
def _pattern(language: str, style: str) -> list[tuple[str, str | tuple[str, int]]]:
    """CLDR's pattern of a language and style, in pieces."""
    return list(tokenize_pattern(get_date_format(style, language).pattern))
