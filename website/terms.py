"""The first use of each term of the glossary in a lesson becomes a link to it."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

GLOSSARY = Path(__file__).resolve().parent / "glossary.md"
# No links inside of these. Headings are not paragraphs, so they have none either.
LEFT_ALONE = (nodes.reference, nodes.literal, nodes.math, nodes.table, addnodes.pending_xref)

ELSEWHERE = {("notebooks/00_start_here", "temperature")}  # where a word means something else


@functools.cache
def terms() -> dict[str, str]:
    """The terms in lower case, each with its spelling in the glossary."""
    inside = GLOSSARY.read_text(encoding="utf-8").split("```")[1]
    return {line.lower(): line for line in inside.splitlines()[1:] if re.match(r"[\w\d]", line)}


@functools.cache
def _pattern() -> re.Pattern:
    longest_first = sorted(map(re.escape, terms()), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])({'|'.join(longest_first)})(s?)(?![\w-])", re.I)


def _parents(node: nodes.Node) -> Iterator[nodes.Node]:
    while node.parent is not None:
        node = node.parent
        yield node


class LinkTerms(SphinxTransform):
    """Link terms in the paragraphs of lessons."""

    default_priority = 700

    def apply(self) -> None:
        """Change the document in place."""
        if not self.env.docname.startswith("notebooks/"):
            return
        seen: set[str] = set()
        for paragraph in list(self.document.findall(nodes.paragraph)):
            if paragraph.astext().startswith("References"):  # titles of others
                continue
            for text in list(paragraph.findall(nodes.Text)):
                if not any(isinstance(parent, LEFT_ALONE) for parent in _parents(text)):
                    text.parent.replace(text, list(self._linked(text, seen)))

    def _linked(self, text: nodes.Text, seen: set[str]) -> Iterator[nodes.Node]:
        at = 0
        for found in _pattern().finditer(text):
            term = terms()[found[1].lower()]
            if term in seen or (self.env.docname, term) in ELSEWHERE:
                continue
            seen.add(term)
            yield nodes.Text(text[at : found.start()])
            yield addnodes.pending_xref(
                "",
                nodes.inline("", found[0], classes=["term"]),
                refdomain="std",
                reftype="term",
                reftarget=term,
                refexplicit=True,
                refdoc=self.env.docname,
                refwarn=True,
            )
            at = found.end()
        yield nodes.Text(text[at:])


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the transform."""
    app.add_transform(LinkTerms)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
