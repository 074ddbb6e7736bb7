"""The source of Keras' own layers: a corpus that is installed with the lessons."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path

from utils.data._integrity import verify

SHA256 = "c1d6c4d1979d2e20e4ef51fa4d112289ae432fab4280a41e6b0f5a50df223769"
SHA256_REPETITIONS = "52a26ba08d0baa2e3bccdd086225b6e28beb9529cdf45884c74828c03ae4bedd"
_SHORTEST = 12  # characters of a docstring line that may occur only once


def load_keras_source(repetitions: bool = False) -> str:
    """The source of ``keras/src/layers`` without tests, one file after the other.

    Parameters
    ----------
    repetitions
        Whether what the files repeat stays in. By default, every docstring line of 12 characters
        or more and every method occurs once, so that copying earlier text is worth little:
        1,316,653 characters. With ``True`` the text is as installed: 1,542,386 characters. Both
        figures are those of the pinned version of Keras.

    Raises
    ------
    FileNotFoundError
        If the source of Keras' layers is not installed.

    Warns
    -----
    UserWarning
        If the installed Keras has other source.

    References
    ----------
    F. Chollet and others, Keras, Apache License 2.0.
    """
    texts = keras_source_files(repetitions).values()
    if repetitions:
        return verify("".join(texts), SHA256_REPETITIONS, "keras")
    return verify("\n".join(texts), SHA256, "keras")


def keras_source_files(repetitions: bool = False) -> dict[str, str]:
    """Text of each file by its path below ``keras/src/layers``, in the order of the paths.

    Parameters
    ----------
    repetitions
        As for :func:`load_keras_source`.

    Raises
    ------
    FileNotFoundError
        If the source of Keras' layers is not installed.
    """
    texts = installed_files("layers")
    return texts if repetitions else _without_repetitions(texts)


def installed_files(folder: str = "") -> dict[str, str]:
    """Text of each Python file by its path below ``keras/src`` and a folder there, tests left out.

    Raises
    ------
    FileNotFoundError
        If there are none.
    """
    folder = Path(importlib.util.find_spec("keras").origin).parent / "src" / folder
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.py")}
    names = sorted(name for name in files if not name.endswith("_test.py"))
    if not names:
        raise FileNotFoundError(
            f"{folder} has no Python files; reinstall Keras with "
            "pip install --force-reinstall --no-deps keras"
        )
    # Bytes, decoded here: the platform's encoding and line ends do not matter.
    return {name: files[name].read_bytes().decode("utf-8") for name in names}


def _without_repetitions(texts: dict[str, str]) -> dict[str, str]:
    """Drop lines of docstrings, then methods, that occurred before; every file still parses."""
    seen_lines: set[str] = set()
    seen_methods: set[str] = set()
    shorter = {}
    for name, text in texts.items():
        lines = text.splitlines()
        repeated = set()
        for docstring in docstrings_of(ast.parse(text)):
            # Its first and last line hold the quotation marks.
            for number in range(docstring.lineno, docstring.end_lineno - 1):
                line = lines[number].strip()
                if line in seen_lines:
                    repeated.add(number)
                elif len(line) >= _SHORTEST:
                    seen_lines.add(line)
        lines = [line for number, line in enumerate(lines) if number not in repeated]
        repeated = set()
        for method in _methods(ast.parse("\n".join(lines))):
            source = "\n".join(lines[method.lineno - 1 : method.end_lineno]).strip()
            if source in seen_methods:
                first = min([method.lineno, *(node.lineno for node in method.decorator_list)])
                repeated.update(range(first - 1, method.end_lineno))
            seen_methods.add(source)
        lines = [line for number, line in enumerate(lines) if number not in repeated]
        shorter[name] = "\n".join(lines)
    return shorter


def docstrings_of(tree: ast.Module) -> list[ast.Constant]:
    """The docstrings of a file with their places, in its order."""
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.walk(tree) if isinstance(node, owners)]
    docstrings = [node.body[0].value for node in nodes if ast.get_docstring(node, clean=False)]
    return sorted(docstrings, key=lambda docstring: docstring.lineno)


def _methods(tree: ast.Module) -> list[ast.FunctionDef]:
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    return [node for cls in classes for node in cls.body if isinstance(node, ast.FunctionDef)]
