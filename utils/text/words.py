"""Words as integers and back, for models that read a text word by word."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from utils.text.tokenizer import checked_codes

UNKNOWN = "<unk>"
END = "\n"  # the end of a line: of a sentence, where each stands on a line of its own
_TOKEN = re.compile(r"[a-z_']+|\d+|\n|[^\w\s]")
_OPENING, _CLOSING = set("(["), set(".,:;!?)]")


def split_words(text: str) -> list[str]:
    r"""Tokens of a text in lower case.

    A token is a run of letters, apostrophes and underscores; a run of digits; a line end; or a
    single mark of punctuation. Blanks separate tokens and are dropped, and so is any letter
    outside ``a`` to ``z``.

    Raises
    ------
    ValueError
        If ``text`` is no string.
    """
    if not isinstance(text, str):
        raise ValueError(f"text is of type {type(text).__name__}; give one string.")
    return _TOKEN.findall(text.lower())


def join_words(words: Iterable[str]) -> str:
    """Readable text: blanks between words, none before closing marks and at line ends."""
    text, before = [], END
    for word in words:
        if before != END and before not in _OPENING and word != END and word not in _CLOSING:
            text.append(" ")
        text.append(word)
        before = word
    return "".join(text)


class WordVocabulary:
    """Words with a code each, the most frequent first; code 0 stands for all others.

    Parameters
    ----------
    words
        Distinct words in the order of their codes, from 1 on. See :meth:`from_text` for making
        the list from training text.

    Raises
    ------
    ValueError
        If there is no word, one occurs twice, or one is the name of the unknown word.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self.words = [UNKNOWN, *words]
        if len(self.words) == 1:
            raise ValueError("words is empty; a vocabulary needs at least one word.")
        self._codes = {word: code for code, word in enumerate(self.words)}
        if len(self._codes) < len(self.words):
            counts = Counter(self.words)
            twice = next(word for word in self.words if counts[word] > 1)
            raise ValueError(f"words has {twice!r} twice; give each word once, without {UNKNOWN}.")

    @classmethod
    def from_text(cls, tokens: Iterable[str], least: int = 1) -> WordVocabulary:
        """The words that occur ``least`` times or more.

        Parameters
        ----------
        tokens
            Training text only: what stands in the test set alone has to stay unknown.
        least
            1 keeps every word, and then the unknown word never occurs in training.

        Raises
        ------
        ValueError
            If ``least`` is below 1, or no word occurs so often.
        """
        if least < 1:
            raise ValueError(f"least is {least}; it must be 1 or more.")
        counts = Counter(tokens)
        kept = [word for word in counts if counts[word] >= least and word != UNKNOWN]
        if not kept:
            raise ValueError(
                f"no word occurs {least} times or more among {counts.total()} tokens; lower least "
                "or bring more text."
            )
        return cls(sorted(kept, key=lambda word: (-counts[word], word)))

    def __len__(self) -> int:
        """Number of codes, the unknown word included."""
        return len(self.words)

    def __contains__(self, word: str) -> bool:
        """Whether a word has a code of its own."""
        return self._codes.get(word, 0) > 0

    def encode(self, tokens: Sequence[str]) -> np.ndarray:
        """Codes of tokens: ``int32``, shape ``(len(tokens),)``; 0 for unknown words.

        Raises
        ------
        ValueError
            If ``tokens`` is a string.
        """
        if isinstance(tokens, str):
            raise ValueError("tokens is a string; split it first: split_words(text).")
        return np.array([self._codes.get(token, 0) for token in tokens], dtype=np.int32)

    def decode(self, codes: np.ndarray) -> list[str]:
        """The words that codes stand for, ``<unk>`` for 0.

        Raises
        ------
        ValueError
            If the codes are not integers of shape ``(n,)``, or one is outside the vocabulary.
        """
        codes = checked_codes(codes, len(self), "words")
        return [self.words[code] for code in codes.tolist()]
