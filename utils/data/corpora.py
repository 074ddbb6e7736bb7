"""Texts to learn to write from: by name, or any text file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from utils.data.keras_source import load_keras_source
from utils.data.shakespeare import load_shakespeare

CORPORA: dict[str, Callable[[], str]] = {
    "keras": load_keras_source,
    "shakespeare": load_shakespeare,
}


def load_corpus(name_or_path: str | Path) -> str:
    r"""A corpus by its name, or the content of a text file.

    Parameters
    ----------
    name_or_path
        ``"keras"`` (the source of the installed Keras layers without repetitions),
        ``"shakespeare"`` (downloaded at first use), or the path of a text file in UTF-8, whose
        line ends become ``\n``.

    Raises
    ------
    ValueError
        If it is neither a name nor a file, or the file is empty or not UTF-8.
    ValueError, ConnectionError, OSError
        If ``"shakespeare"`` cannot be had; see :func:`utils.data._download.fetch`.
    """
    if name_or_path in CORPORA:
        return CORPORA[name_or_path]()
    path = Path(name_or_path).expanduser()
    if not path.is_file():
        raise ValueError(
            f"corpus is {str(name_or_path)!r}; it must be the path of a text file or one of "
            f"{', '.join(sorted(CORPORA))}."
        )
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"corpus {path.name!r} is not UTF-8 text (byte {error.start}); save it as UTF-8 first."
        ) from error
    if not text.strip():
        raise ValueError(f"corpus {path.name!r} is empty; give a file with text in it.")
    return text
