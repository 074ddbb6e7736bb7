"""Whole numbers in words and in digits, from num2words."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import numpy as np
from num2words import num2words

from utils.data._integrity import warn_if_changed

NUM2WORDS_VERSION = "0.5.14"
CHECKSUM = "5319aad842afd603ae41085eea4f7375b2f44c5bfdfac3c6ff657a3483b78b93"  # of the default
# German, Dutch and Danish say the units before the tens; French counts 97 as 4 x 20 + 17.
LANGUAGES = ("da", "de", "en", "es", "fr", "it", "nl")
LARGEST = 999_999


class NumberWords(NamedTuple):
    """Equally long tuples: one number as words and as digits."""

    sources: tuple[str, ...]  # "einundzwanzig"
    targets: tuple[str, ...]  # "21"


def make_number_words(
    train: int = 9_600,
    test: int = 2_000,
    *,
    language: str = "de",
    largest: int = LARGEST,
    seed: int = 0,
) -> tuple[NumberWords, NumberWords]:
    """Training and test set of numbers in words, with their digits.

    No number is in both sets. The number of digits is drawn first, uniformly, and then a number
    of so many digits, without repeats; small numbers would otherwise be rare. Once all numbers
    of some length are used up, longer ones take their place.

    Parameters
    ----------
    train, test
        Sizes; together at most ``largest``.
    language
        One of ``LANGUAGES``.
    largest
        Numbers are from 1 to this, at most 999,999.
    seed
        Of the draw; the same seed gives the same sets.

    Returns
    -------
    tuple[NumberWords, NumberWords]
        Training set, test set, each in random order.

    Raises
    ------
    ValueError
        If a size is not positive, the sizes are more than there are numbers, ``largest`` is out
        of range, or the language is unknown.

    Warns
    -----
    UserWarning
        If the default set differs from the one that the lessons were measured on, which happens
        with another version of num2words.
    """
    for name, size in (("train", train), ("test", test)):
        if size < 1:
            raise ValueError(f"{name} is {size}; it must be at least 1.")
    if not 1 <= largest <= LARGEST:
        raise ValueError(f"largest is {largest}; it must be from 1 to {LARGEST}.")
    if train + test > largest:
        raise ValueError(
            f"train and test are {train + test} together; there are {largest} numbers, and each "
            "is used once."
        )
    numbers = _draw(train + test, largest, np.random.default_rng(seed))
    sets = tuple(
        NumberWords(tuple(to_words(n, language) for n in part), tuple(str(n) for n in part))
        for part in (numbers[:train], numbers[train:])
    )
    if (train, test, language, largest, seed) == (9_600, 2_000, "de", LARGEST, 0):
        warn_if_changed(checksum(*sets), CHECKSUM, "num2words", NUM2WORDS_VERSION, "number words")
    return sets


def to_words(number: int, language: str = "de") -> str:
    """A number in words: ``to_words(21)`` is ``einundzwanzig``.

    Parameters
    ----------
    number
        From 0 to 999,999.
    language
        One of ``LANGUAGES``.

    Raises
    ------
    ValueError
        If the number is out of range or the language unknown.
    """
    if language not in LANGUAGES:
        raise ValueError(f"language is {language!r}; allowed are {', '.join(LANGUAGES)}.")
    if not 0 <= number <= LARGEST:
        raise ValueError(f"number is {number}; it must be from 0 to {LARGEST}.")
    return num2words(number, lang=language).replace("\u00ad", "")  # Danish has soft hyphens


def checksum(*sets: NumberWords) -> str:
    """SHA-256 of everything in some sets, as hexadecimal digits."""
    digest = hashlib.sha256()
    for rows in sets:
        for row in zip(*rows):
            digest.update("\t".join(row).encode() + b"\n")
    return digest.hexdigest()


def _draw(count: int, largest: int, generator: np.random.Generator) -> list[int]:
    """Different numbers in random order, all lengths equally often as far as they go."""
    pools = [
        (generator.permutation(min(10**digits, largest + 1) - 10 ** (digits - 1))
         + 10 ** (digits - 1)).tolist()
        for digits in range(1, len(str(largest)) + 1)
    ]  # fmt: skip
    chosen: list[int] = []
    # The shortest first: what a short length cannot give is shared out among the longer ones.
    for position, pool in enumerate(pools):
        share = (count - len(chosen)) // (len(pools) - position)
        chosen += pool[:share]
    return [chosen[i] for i in generator.permutation(len(chosen)).tolist()]
