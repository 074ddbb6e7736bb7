"""Docstrings as they are written here, made readable for Sphinx."""

from __future__ import annotations

import re

from sphinx.application import Sphinx

INDENTED = re.compile(r"^((?! ).*(?<!::))\n\n(?= )", re.M)  # after a paragraph that is not
BARS = re.compile(r"(?<![`\w])\|(\w+)\|")


def prepare(app: Sphinx, what: str, name: str, obj: object, options: object, lines: list) -> None:
    """Before the first section indented lines are equations or code; bars are absolute values."""
    underlines = (i - 1 for i, line in enumerate(lines) if re.fullmatch("-{3,}", line))
    section = next(underlines, len(lines))
    for i, line in enumerate(lines):
        if i >= section or not line.startswith(" "):
            lines[i] = BARS.sub(r"\\|\1\\|", line)
    text = INDENTED.sub(r"\1\n\n::\n\n", "\n".join(lines[:section]))
    lines[:section] = text.split("\n")


def signature(
    app: Sphinx, what: str, name: str, obj: object, options: object, given: str, returned: str
) -> tuple[str, str] | None:
    """None where it would be that of a class of Keras, which is not installed here."""
    return ("", "") if given == "(*args: Any, **kwargs: Any)" else None


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect both, the first before napoleon reads the sections."""
    app.connect("autodoc-process-docstring", prepare, priority=400)
    app.connect("autodoc-process-signature", signature)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
