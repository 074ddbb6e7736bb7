"""The source of Keras' own layers as one text: a corpus that is installed with the lessons."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
from pathlib import Path
from typing import NamedTuple

VERSION = "3.15.1"
SHA256 = "52a26ba08d0baa2e3bccdd086225b6e28beb9529cdf45884c74828c03ae4bedd"
CHARACTERS = 1_542_386
SYMBOLS = 100


class SourceFile(NamedTuple):
    """A file of the corpus: its path below ``keras/src/layers`` and its text."""

    name: str
    text: str


def load_keras_source() -> str:
    """The source of ``keras/src/layers`` without tests: one file after the other.

    1,542,386 characters and 100 symbols in Keras 3.15.1, the version that the project pins.
    With another version, or a changed file, the text is used as it is and a sentence is printed
    that says so. Source: the installed package (Chollet and others, Apache License 2.0).

    Raises
    ------
    FileNotFoundError
        If Keras or the source of its layers is not installed.
    """
    text = "".join(file.text for file in keras_source_files())
    note = version_note(text)
    if note:
        print(note)
    return text


def keras_source_files() -> list[SourceFile]:
    """Files of the corpus in the order of their paths, the same on every platform."""
    folder = _folder()
    paths = {
        path.relative_to(folder).as_posix(): path
        for path in folder.rglob("*.py")
        if not path.name.endswith("_test.py")
    }
    if not paths:
        raise FileNotFoundError(
            f"{folder} has no Python files. Install Keras again: "
            f"pip install --force-reinstall keras=={VERSION}"
        )
    # Bytes, decoded here: the platform's encoding and line ends have no say.
    return [SourceFile(name, paths[name].read_bytes().decode("utf-8")) for name in sorted(paths)]


def version_note(text: str) -> str:
    """A sentence for the reader if this is not the pinned text, else an empty one."""
    if hashlib.sha256(text.encode("utf-8")).hexdigest() == SHA256:
        return ""
    installed = importlib.metadata.version("keras")
    what = (
        f"Keras {installed} is installed and the saved results are from Keras {VERSION}"
        if installed != VERSION
        else f"The installed source of Keras {VERSION} has been changed"
    )
    return (
        f"{what}: the text differs, and so will the results. For the same text: "
        f"pip install keras=={VERSION}"
    )


def _folder() -> Path:
    spec = importlib.util.find_spec("keras")
    folder = Path(spec.origin).parent / "src" / "layers" if spec and spec.origin else None
    if folder is None or not folder.is_dir():
        raise FileNotFoundError(
            "the source of Keras' layers (keras/src/layers) is not installed. "
            f"Install it: pip install keras=={VERSION}"
        )
    return folder
