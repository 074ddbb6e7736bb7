"""What the docstrings of Keras say: English sentences that are installed with the lessons."""

from __future__ import annotations

import ast
import functools
import inspect
import re

import numpy as np

from utils.data._integrity import verify
from utils.data.keras_source import docstrings_of, installed_files

SHA256 = "8c9dfb69b0ee8788503ba4b44782b686a97f9fb0eab28e43b4904c96a77e7ad5"
SHA256_REPETITIONS = "a048e5a81bc8a5c115d456b9e552f0064d5ceeae94a20adb2443fe5fe79b93e4"
_CODE_BLOCK = re.compile(r"```.*?(```|\Z)|^[ \t]*>>>.*?(?=\n[ \t]*\n|\Z)", re.DOTALL | re.MULTILINE)
_ITEM = re.compile(r"\s*(?:[-*]|\d+[.)]|[`*\w, ]{1,40}:(?=\s))\s*")  # a bullet, a number, "name:"
_SENTENCE_END = re.compile(r"(?<!e\.g\.)(?<!i\.e\.)(?<=[.!?])\s+(?=[A-Z])")
_QUOTES = re.compile(r"""[`"]|(?<!\w)'|'(?!\w)""")  # apostrophes inside words stay
_PROSE = re.compile(r"[A-Z][A-Za-z0-9_ '\-.,:;()]*[.!?]")
_FEWEST, _MOST = 4, 50  # words of a sentence


def load_keras_docstrings(repetitions: bool = False) -> dict[str, list[str]]:
    """Sentences from the docstrings below ``keras/src`` by the path of their file.

    Files are read in the order of their paths, tests left out. Code blocks, headings, the names
    of arguments and quotation marks go. What then begins with a capital letter, ends with a full
    stop, and holds nothing but letters, digits, blanks and ordinary punctuation is a sentence.

    Parameters
    ----------
    repetitions
        Whether sentences that occurred before, in capitals or not, stay in. By default each
        occurs once, so that knowing it by heart is worth nothing. A file without any is left out.

    Returns
    -------
    dict of str to list of str
        Sentences in the order of the file, by its path below ``keras/src``.

    Raises
    ------
    FileNotFoundError
        If the source of Keras is not installed.

    Warns
    -----
    UserWarning
        If the installed Keras has other docstrings.

    References
    ----------
    F. Chollet and others, Keras, Apache License 2.0.
    """
    seen: set[str] = set()
    corpus = {}
    for name, sentences in _sentences_by_file().items():
        new = []
        for sentence in sentences:
            if repetitions or sentence.lower() not in seen:
                seen.add(sentence.lower())
                new.append(sentence)
        if new:
            corpus[name] = new
    expected = SHA256_REPETITIONS if repetitions else SHA256
    verify(tuple((name, *new) for name, new in corpus.items()), expected, "keras")
    return corpus


def split_files(corpus: dict[str, list[str]], seed: int = 0) -> tuple[str, str, str]:
    """Training, validation and test text: whole files, so that none is in two of them.

    The sentences of one file resemble each other, and a model that had seen some of them would
    find the others easy. Files are drawn at random, a tenth for validation and a tenth for the
    test.

    Parameters
    ----------
    corpus
        As :func:`load_keras_docstrings` returns it; at least ten files.
    seed
        Decides which files go where.

    Returns
    -------
    training, validation, test
        One sentence a line, each line with its end.

    Raises
    ------
    ValueError
        If there are fewer than ten files.
    """
    names = list(corpus)
    if len(names) < 10:
        raise ValueError(f"corpus has {len(names)} files; a tenth of them needs at least 10.")
    names = [names[i] for i in np.random.default_rng(seed).permutation(len(names))]
    tenth = len(names) // 10
    parts = names[2 * tenth :], names[:tenth], names[tenth : 2 * tenth]
    return tuple("".join(f"{s}\n" for name in part for s in corpus[name]) for part in parts)


def sentences_of(source: str) -> list[str]:
    """Sentences in the docstrings of a Python file, in its order, repetitions kept."""
    docstrings = docstrings_of(ast.parse(source))
    return [s for node in docstrings for s in _sentences(inspect.cleandoc(node.value))]


@functools.cache
def _sentences_by_file() -> dict[str, list[str]]:
    return {name: sentences_of(source) for name, source in installed_files().items()}


def _sentences(docstring: str) -> list[str]:
    blocks = [[]]
    for line in _CODE_BLOCK.sub("\n\n", docstring).splitlines():
        item = _ITEM.match(line)
        if item or not line.strip():
            blocks.append([])
        blocks[-1].append(line[item.end() :] if item else line)
    found = []
    for block in blocks:
        text = _QUOTES.sub("", " ".join(" ".join(block).split()))
        for sentence in _SENTENCE_END.split(text):
            if _PROSE.fullmatch(sentence) and _FEWEST <= len(sentence.split()) <= _MOST:
                found.append(sentence)
    return found
