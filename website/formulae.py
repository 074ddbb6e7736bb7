"""Formulae as HTML and MathML, made by KaTeX when the site is built: pages need no script."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

KATEX = Path(sys.prefix) / "node_modules" / "katex"
# Reads a formula a line, [text, display], and answers with a line of HTML or an error.
SERVER = """
const katex = require(process.argv[1]);
require("readline").createInterface({input: process.stdin}).on("line", (line) => {
  const [text, displayMode] = JSON.parse(line);
  let answer;
  try { answer = {html: katex.renderToString(text, {displayMode, strict: "error"})}; }
  catch (error) { answer = {error: error.message}; }
  console.log(JSON.stringify(answer));
});
"""


@functools.cache
def _katex(process: int) -> subprocess.Popen:
    """A running KaTeX; one for each process of Sphinx, since they could mix up its answers."""
    node = shutil.which("node", path=str(Path(sys.executable).parent)) or "node"
    command = [node, "-e", SERVER, str(KATEX)]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8", bufsize=1
    )


@functools.cache
def render(text: str, display: bool) -> str:
    """HTML of a formula in LaTeX.

    Raises
    ------
    ValueError
        If KaTeX cannot read it.
    """
    server = _katex(os.getpid())
    server.stdin.write(json.dumps([text, display]) + "\n")
    server.stdin.flush()
    line = server.stdout.readline()
    if not line:
        raise RuntimeError("KaTeX does not run. Remove .venv-site and repeat: make site")
    answer = json.loads(line)
    if "error" in answer:
        raise ValueError(f"the formula {text!r} cannot be read: {answer['error']}")
    return answer["html"]


def _write(translator: nodes.NodeVisitor, node: nodes.Element, display: bool) -> None:
    try:
        text = render(node.astext(), display)
    except ValueError as error:
        logging.getLogger(__name__).warning(str(error), location=node)
        text = translator.encode(node.astext())
    kind = "div" if display else "span"
    translator.body.append(f'<{kind} class="math">{text}</{kind}>')
    raise nodes.SkipNode


def _copy(app: Sphinx, error: Exception | None) -> None:
    """Style sheet, fonts (the one format that all browsers read) and licence of KaTeX."""
    if error is None:
        target = Path(app.outdir) / "_static" / "katex"
        (target / "fonts").mkdir(parents=True, exist_ok=True)
        shutil.copy(KATEX / "LICENSE", target)
        shutil.copy(KATEX / "dist" / "katex.min.css", target)
        for font in (KATEX / "dist" / "fonts").glob("*.woff2"):
            shutil.copy(font, target / "fonts")


def setup(app: Sphinx) -> dict[str, bool]:
    """Make KaTeX what writes formulae."""
    app.add_html_math_renderer(
        "katex",
        inline_renderers=(lambda self, node: _write(self, node, False), None),
        block_renderers=(lambda self, node: _write(self, node, True), None),
    )
    app.config.html_math_renderer = "katex"
    app.add_css_file("katex/katex.min.css")
    app.connect("build-finished", _copy)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
