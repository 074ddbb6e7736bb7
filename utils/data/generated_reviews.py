"""Film reviews from a small grammar, in pairs that have the same words and opposite verdicts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from utils.data._seeds import is_whole, seed_parts

KINDS = ("plain", "negation", "contrast", "scope", "not only")
PRAISE = (
    "charming", "clever", "fresh", "funny", "gripping", "lively", "moving", "original", "sharp",
    "warm",
)  # fmt: skip
BLAME = (
    "bland", "clumsy", "confused", "dull", "flat", "hollow", "shallow", "silly", "stale", "tedious",
)  # fmt: skip
_ASPECTS = (
    "acting", "cast", "dialogue", "ending", "humour", "music", "pacing", "photography", "plot",
    "script",
)  # fmt: skip
_ADVERBS = ("", "", "", "very", "really", "truly", "quite", "really very", "really quite")
_TAILS = ("", "", "", "at times", "in the first half", "from start to finish", "in most scenes")
# Sentences that say nothing about the film's quality and make a review longer.
_ASIDES = (
    "we saw it on a friday .",
    "my brother chose the seats .",
    "it runs for two hours .",
    "the cinema was nearly full .",
    "i had read the book before .",
    "there were four of us .",
    "they showed it in the large hall .",
    "we took the last train home .",
)
_MOST_ASIDES = 2  # in the first two sets


class Reviews(NamedTuple):
    """Rows 2i and 2i + 1 are a pair: the first is positive, the second negative."""

    texts: tuple[str, ...]  # words and full stops, separated by blanks
    labels: np.ndarray  # (n,) int32, 1 where the review is positive
    kinds: tuple[str, ...]  # of KINDS; all pairs but "plain" have the same words


def make_reviews(
    train: int = 8000,
    test: int = 2000,
    longer: int = 1000,
    *,
    asides: int = 10,
    seed: int | tuple[int, ...] = 0,
) -> tuple[Reviews, Reviews, Reviews]:
    """Training set, test set, and a test set whose reviews are longer than any in the others.

    Every kind makes up a fifth of each set. Except in the kind ``plain``, the two reviews of a
    pair hold the same words in another order, and their verdicts are opposite, so a method that
    does not see the order gets exactly one of them right. No two pairs have the same words, in
    one set or in two.

    * ``plain``: two judgements that agree.
    * ``negation``: *not* stands before the word of praise or before the word of blame.
    * ``contrast``: the clause after *but*, or the one without *although*, decides.
    * ``scope``: *nobody found ...* and *everybody found ...*, far from the word they turn.
    * ``not only``: *not only clever but warm* against *only clever but not warm*.

    Parameters
    ----------
    train, test, longer
        Numbers of reviews, multiples of 10: a pair of each kind.
    asides
        In each review of the third set: sentences that say nothing about the film's quality, of
        five to seven words with the full stop. The other sets have none, one or two.
    seed
        Of the draw; the same seed gives the same sets.

    Returns
    -------
    tuple[Reviews, Reviews, Reviews]
        Training set, test set, longer reviews. Another number of asides changes only the last.

    Raises
    ------
    ValueError
        If a size is not a positive multiple of 10, ``asides`` is below 8 (a review of the third
        set could then be as short as one of the others), or ``seed`` is no seed.
    """
    for name, size in {"train": train, "test": test, "longer": longer}.items():
        if not is_whole(size) or size < 10 or size % 10:
            raise ValueError(
                f"{name} is {size!r}; it must be a multiple of 10, 10 or more: a pair of each of "
                f"the {len(KINDS)} kinds."
            )
    if not is_whole(asides) or asides < 8:
        raise ValueError(
            f"asides is {asides!r}; it must be a whole number, 8 or more, so that every review of "
            "the third set is longer than all others."
        )
    generator = np.random.default_rng(seed_parts(seed))
    used: set[str] = set()
    sets = []
    for size, fixed in ((train, None), (test, None), (longer, asides)):
        texts, kinds = [], []
        while len(texts) < size:
            kind = KINDS[len(texts) // 2 % len(KINDS)]
            praised, blamed = _pair(kind, generator)
            words = {" ".join(sorted(text.split())) for text in (praised, blamed)}
            if words & used:
                continue
            used |= words
            before, after = _asides(fixed, generator)
            texts += [" ".join(f"{before} {core} . {after}".split()) for core in (praised, blamed)]
            kinds += [kind, kind]
        sets.append(Reviews(tuple(texts), np.array([1, 0] * (size // 2), "int32"), tuple(kinds)))
    return tuple(sets)


def _pair(kind: str, generator: np.random.Generator) -> tuple[str, str]:
    """A positive and a negative review, without asides."""

    def two(words: tuple[str, ...]) -> tuple[str, str]:
        first = generator.integers(len(words))
        return words[first], words[(first + generator.integers(1, len(words))) % len(words)]

    def one(words: tuple[str, ...]) -> str:
        return words[generator.integers(len(words))]

    def adjective(words: tuple[str, ...]) -> str:
        return f"{one(_ADVERBS)} {one(words)}"

    (first, second), tail, end = two(_ASPECTS), one(_TAILS), one(_TAILS)
    if kind == "plain":
        return tuple(
            f"the {first} was {one(_ADVERBS)} {a} {tail} and the {second} was {b} {end}"
            for a, b in (two(PRAISE), two(BLAME))
        )
    good, bad = adjective(PRAISE), adjective(BLAME)
    turned = generator.random() < 0.5
    if kind == "not only":  # both words praise or both blame
        words = two(BLAME if turned else PRAISE)
        a, b = (f"{one(_ADVERBS)} {word}" for word in words)
        pair = (
            f"the {first} was not only {a} {tail} but {b} {end}",
            (f"the {first} was only {a} {tail} but not {b} {end}"),
        )
        return pair[::-1] if turned else pair
    if kind == "negation":  # the words keep their places and "not" moves
        a, b = (good, bad) if turned else (bad, good)
        pair = (
            f"the {first} was not {a} {tail} and the {second} was {b} {end}",
            (f"the {first} was {a} {tail} and the {second} was not {b} {end}"),
        )
        return pair[::-1] if turned else pair
    if kind == "scope":
        a, b = (good, bad) if turned else (bad, good)
        pair = tuple(
            f"{who} found the {first} {a} {tail} and {others} found the {second} {b} {end}"
            for who, others in (("nobody", "everybody"), ("everybody", "nobody"))
        )
        return pair[::-1] if turned else pair
    form = one(("the {0} but the {1}", "although the {0} the {1}", "the {1} although the {0}"))
    return tuple(
        form.format(f"{first} was {a} {tail}", f"{second} was {b} {end}")
        for a, b in ((bad, good), (good, bad))
    )


def _asides(count: int | None, generator: np.random.Generator) -> tuple[str, str]:
    """So many sentences (None: a few), to stand before and after the judgement."""
    count = generator.integers(_MOST_ASIDES + 1) if count is None else count
    before = generator.integers(count + 1)
    chosen = [_ASIDES[i] for i in generator.integers(len(_ASIDES), size=count)]
    return " ".join(chosen[:before]), " ".join(chosen[before:])
