"""Whole numbers in words and in digits, from num2words."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from num2words import num2words

from utils.data._integrity import verify
from utils.data._seeds import is_whole, seed_parts

SHA256 = "0fddf2193938522b64ddd864b18451183b1a435bba18295e4e31e27e9cce72a4"
# German, Dutch and Danish say the units before the tens; French counts 97 as 4 x 20 + 17.
LANGUAGES = ("da", "de", "en", "es", "fr", "it", "nl")
LARGEST = 999_999
# German writes a number as one word, so its parts are listed, long ones first: sechzehn, sechs.
_GERMAN = (
    "tausend|hundert|zwanzig|dreißig|vierzig|fünfzig|sechzig|siebzig|achtzig|neunzig|dreizehn|"
    "vierzehn|fünfzehn|sechzehn|siebzehn|achtzehn|neunzehn|sieben|zehn|zwölf|eins|zwei|drei|vier|"
    "fünf|sechs|acht|neun|null|elf|ein|und"
)
_SEPARATED = r"[^\s,-]+"
_PATTERNS = {"de": _GERMAN, "en": _SEPARATED, "es": _SEPARATED, "fr": _SEPARATED}


class NumberWords(NamedTuple):
    """Tuples of equal length: each number in words and in digits."""

    sources: tuple[str, ...]  # "twenty-one"
    targets: tuple[str, ...]  # "21"


def make_number_words(
    train: int = 24_000,
    test: int = 2_000,
    *,
    language: str = "en",
    largest: int = LARGEST,
    seed: int = 0,
) -> tuple[NumberWords, NumberWords]:
    """Training and test set of numbers in words, with their digits.

    No number is in both sets. The number of digits is drawn first, uniformly, and then a number
    with that many digits, without repeats; small numbers would otherwise be rare. Once all
    numbers of some length are used up, longer ones take their place.

    Parameters
    ----------
    train, test
        How many numbers; together at most ``largest``.
    language
        One of ``LANGUAGES``.
    largest
        Numbers are from 1 to this, at most 999,999.
    seed
        Of the draw; the same seed gives the same sets.

    Returns
    -------
    tuple[NumberWords, NumberWords]
        Training set and test set, each in random order.

    Raises
    ------
    ValueError
        If a size is not positive, the sizes exceed the number of numbers, ``largest`` is out of
        range, the language is unknown, or the seed is negative or no integer.

    Warns
    -----
    UserWarning
        If the default set is not the one that the lessons were measured on, which happens with
        another version of num2words or NumPy.
    """
    for name, size in (("train", train), ("test", test)):
        if not is_whole(size) or size < 1:
            raise ValueError(f"{name} is {size!r}; it must be an integer, 1 or more.")
    if not is_whole(largest) or not 1 <= largest <= LARGEST:
        raise ValueError(f"largest is {largest!r}; it must be an integer from 1 to {LARGEST}.")
    if train + test > largest:
        raise ValueError(
            f"train and test are {train + test} together; each number is used once, and largest "
            f"allows {largest}."
        )
    numbers = _draw(train + test, largest, np.random.default_rng(seed_parts(seed)))
    sets = tuple(
        NumberWords(tuple(to_words(n, language) for n in part), tuple(str(n) for n in part))
        for part in (numbers[:train], numbers[train:])
    )
    if (train, test, language, largest, seed) == (24_000, 2_000, "en", LARGEST, 0):
        verify(sets, SHA256, "num2words")
    return sets


def to_words(number: int, language: str = "en") -> str:
    """A number in words: ``to_words(21)`` is ``twenty-one``.

    Parameters
    ----------
    number
        From 0 to 999,999.
    language
        One of ``LANGUAGES``.

    Raises
    ------
    ValueError
        If the number is out of range or the language is unknown.
    """
    if language not in LANGUAGES:
        raise ValueError(f"language is {language!r}; allowed are {', '.join(LANGUAGES)}.")
    if not is_whole(number) or not 0 <= number <= LARGEST:
        raise ValueError(f"number is {number!r}; it must be an integer from 0 to {LARGEST}.")
    return num2words(int(number), lang=language).replace("\u00ad", "")  # Danish has soft hyphens


def word_pattern(language: str = "en") -> str:
    """Regular expression of the words in a number, for ``re.findall`` and for TensorFlow.

    Of *twenty-one* it finds *twenty* and *one*, of the German *einundzwanzig* the parts *ein*,
    *und* and *zwanzig*.

    Parameters
    ----------
    language
        ``"de"``, ``"en"``, ``"es"`` or ``"fr"``.

    Raises
    ------
    ValueError
        If the language is another one; Italian, for instance, lets its words run together.
    """
    if language not in _PATTERNS:
        raise ValueError(
            f"language is {language!r}; words are found in {', '.join(_PATTERNS)}. For another "
            "language read single characters."
        )
    return _PATTERNS[language]


def _draw(count: int, largest: int, generator: np.random.Generator) -> list[int]:
    """Different numbers in random order, all lengths equally often as long as they last."""
    pools = []
    for digits in range(1, len(str(largest)) + 1):
        least, end = 10 ** (digits - 1), min(10**digits, largest + 1)
        pools.append((generator.permutation(end - least) + least).tolist())
    chosen: list[int] = []
    # The shortest first: what a short length cannot give is shared among the longer ones.
    for position, pool in enumerate(pools):
        share = (count - len(chosen)) // (len(pools) - position)
        chosen += pool[:share]
    return [chosen[i] for i in generator.permutation(len(chosen)).tolist()]
