"""Build the site into build/site from the saved notebooks; nothing is executed: ``make site``.

Lessons, documents and generated pages are laid out in build/pages as they lie in the repository,
so that their links stay valid, and Sphinx does the rest with the settings of conf.py.
"""

from __future__ import annotations

import ast
import html
import io
import json
import re
import shutil
import sys
import tomllib
from base64 import b64decode
from pathlib import Path
from typing import Any

from PIL import Image
from sphinx.cmd.build import main as sphinx

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT / "tools"))

from notebooks import PATHS, read, tags  # noqa: E402

REPOSITORY = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
    "urls"
]["Repository"]
# The parts of the course and the lessons that belong to each, in this order.
PARTS = {
    "Foundations": range(7),
    "Time series": (7, 8, 9, 26, 27),
    "Representations": range(10, 13),
    "Sequence to sequence": range(13, 15),
    "Language": range(15, 18),
    "Beyond text": range(18, 23),
    "In practice": range(23, 26),
}
# Lesson, a piece of the code cell after which an explorer of explorers/ stands, and its name.
EXPLORERS = {"02": ("explore(\n", "gates"), "15": ("ways = {", "temperature")}
FOLDED = {
    "setup": ("hide-cell", "Set-up: imports, seed and versions"),
    "hide-input": ("hide-input", "Show the code of this figure"),
    "claims": ("hide-input", "Show the code of these claims"),
}
# For teachers: README.md is the entry, the others lie below it.
NOTES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("notes/*.md"))
DOCUMENTS = ["RESULTS.md", "CONTRIBUTING.md", "datasets/README.md", "README.md", *NOTES]
HERO = re.compile(r"!\[(.*?)\]\(attachment:(.*?)\)")
# Links before those to Colab and Binder, and the points between them.
NEIGHBOURS = re.compile(
    r"^(\[[^\]]*\]\([^)]*\)\s·\s)+(?=\[Open in Colab)|\s·(?=\s\[Open in Binder)", re.M
)
API = {"forecasting": "Forecasting", "text": "Text", "data": "Data sets"}  # packages of utils


def explorer(name: str) -> dict[str, Any]:
    """A cell with an explorer: its markup, its numbers and its script."""
    markup = (HERE / "explorers" / f"{name}.html").read_text(encoding="utf-8")
    data = (HERE / "explorers" / f"{name}.json").read_text(encoding="utf-8").replace("<", "\\u003c")
    source = (
        f"```{{raw}} html\n{markup}"
        f'<script type="application/json" id="{name}-data">{data.strip()}</script>\n'
        f'<script defer src="../_static/{name}.js"></script>\n```\n'
    )
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": source}


def alternative_texts(cell: dict[str, Any]) -> list[str]:
    """Those of the figures that a cell put out, from the metadata of its outputs."""
    metadata = [output.get("metadata", {}) for output in cell.get("outputs", [])]
    figures = [about for output in metadata for about in output.values()]
    return [about["alt"] for about in figures if isinstance(about, dict) and "alt" in about]


def lesson_page(notebook: dict[str, Any], pictures: Path) -> dict[str, Any]:
    """A parsed notebook as the site shows it; its hero picture is written to ``pictures``.

    Figures get the alternative text of their output's metadata, cells that only draw are folded,
    and the links to the neighbours, which the site has at the foot, leave the first cell.
    """
    number = notebook["metadata"]["lesson"]["number"]
    cells = []
    for cell in notebook["cells"]:
        for name, data in cell.pop("attachments", {}).items():
            path = pictures / f"{number}-{name}"
            path.write_bytes(b64decode(data["image/png"]))
            cell["source"] = cell["source"].replace(f"attachment:{name}", f"../images/{path.name}")
        cell["source"] = NEIGHBOURS.sub("", cell["source"])
        shown: dict[str, Any] = {}
        for tag, (fold, prompt) in FOLDED.items():
            if tag in tags(cell):
                cell["metadata"]["tags"] = [t for t in tags(cell) if t != "hide-input"] + [fold]
                shown |= {"code_prompt_show": prompt, "code_prompt_hide": prompt}
        for alt in alternative_texts(cell):  # a cell shows one figure
            shown["image"] = {"alt": alt}
        if shown:
            cell["metadata"]["mystnb"] = shown
        cells.append(cell)
        mark, name = EXPLORERS.get(number, (None, None))
        if mark and cell["cell_type"] == "code" and mark in cell["source"]:
            cells.append(explorer(name))
    notebook["metadata"]["language_info"]["pygments_lexer"] = "ipython"  # lines with ! and %
    return notebook | {"cells": cells}


def card(path: Path, notebook: dict[str, Any], thumbnails: Path) -> str:
    """A lesson in the gallery: picture, title, question and minutes, all of it one link."""
    lesson = notebook["metadata"]["lesson"]
    first = notebook["cells"][0]
    hero, picture = HERO.search(first["source"]), ""
    if hero:
        data = first["attachments"][hero[2]]["image/png"]
        image = Image.open(io.BytesIO(b64decode(data))).convert("RGB")
        image.thumbnail((640, 640))
        image.save(thumbnails / f"{lesson['number']}.webp", quality=82, method=6)
        picture = (
            f'<img src="_static/thumbnails/{lesson["number"]}.webp" alt="{html.escape(hero[1])}"'
            f' width="{image.width}" height="{image.height}" loading="lazy">'
        )
    return (
        f'<li><a href="notebooks/{path.stem}.html">{picture}'
        f'<span class="card-title">{lesson["number"]} · {html.escape(lesson["title"])}</span>'
        f"<span>{html.escape(lesson['question'])}</span>"
        f"<small>{lesson['minutes']} minutes</small></a></li>"
    )


def toctree(names: list[str], caption: str = "") -> str:
    """Pages that the navigation shows here, under a caption if there is one."""
    options = f":caption: {caption}\n" if caption else ""
    return "\n```{toctree}\n:hidden:\n" + options + "\n" + "\n".join(names) + "\n```\n"


def home(notebooks: dict[Path, dict[str, Any]], thumbnails: Path) -> str:
    """index.md with the gallery, part by part, in place of its mark."""
    parts, trees = [], []
    for part, numbers in PARTS.items():
        inside = {
            path: notebook
            for path, notebook in notebooks.items()
            if int(notebook["metadata"]["lesson"]["number"]) in numbers
        }
        if inside:
            cards = "\n".join(card(*item, thumbnails) for item in inside.items())
            parts.append(f'### {part}\n\n<ul class="gallery">\n{cards}\n</ul>\n')
            trees.append(toctree([f"notebooks/{path.stem}" for path in inside], part))
    text = (HERE / "index.md").read_text(encoding="utf-8")
    hero = HERO.search(next(iter(notebooks.values()))["cells"][0]["source"])
    marks = {
        "hero": f"![{hero[1]}](images/00-{hero[2]})" if hero else "",
        "gallery": "\n".join(parts),
        "parts": "\n".join(trees),
        "notes": "notes/README" if NOTES else "",
    }
    return re.sub(r"<!-- (\w+) -->", lambda found: marks[found[1]], text)


def public_modules() -> dict[str, list[Path]]:
    """Page to the modules of utils on it: one each, and one page for each package."""
    utils = ROOT / "utils"
    pages = {path.stem: [path] for path in sorted(utils.glob("[!_]*.py"))}
    return pages | {package: sorted((utils / package).glob("[!_]*.py")) for package in API}


def api_pages() -> dict[str, str]:
    """Name to text of the pages on utils, from its docstrings."""
    pages, lines = {}, []
    for page, paths in public_modules().items():
        body = [f"# {API.get(page, f'utils.{page}')}\n"]
        for path in paths:
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            if page in API:
                body.append(f"## {module}\n")
            body.append(f"```{{eval-rst}}\n.. automodule:: {module}\n   :members:\n```\n")
        about = paths[0] if page not in API else paths[0].parent / "__init__.py"
        docstring = ast.get_docstring(ast.parse(about.read_text(encoding="utf-8"))) or ""
        lines.append(f"| [utils.{page}]({page}.md) | {docstring.splitlines()[0]} |")
        pages[page] = "\n".join(body)
    tree = toctree(list(pages))
    pages["index"] = (
        "# Helpers: `utils`\n\nWhat the lessons import, from the docstrings.\n\n"
        "| module | subject |\n| --- | --- |\n" + "\n".join(lines) + f"\n{tree}"
    )
    return pages


def to_repository(text: str, folder: Path, pages: Path) -> str:
    """Markdown in which links to files that are no pages lead to the repository."""

    def link(found: re.Match) -> str:
        target = (folder / found[1]).resolve()
        if (pages / target.relative_to(ROOT)).exists() or not target.exists():
            return found[0]
        return f"]({REPOSITORY}/blob/main/{target.relative_to(ROOT).as_posix()})"

    return re.sub(r"\]\((?![a-z]+:|#)([^)#\s]+)\)", link, text)


def lay_out(pages: Path) -> None:
    """Write everything that Sphinx reads into the folder ``pages``, which is emptied first."""
    shutil.rmtree(pages, ignore_errors=True)
    for folder in ("notebooks", "images", "api", "datasets", "_static/thumbnails"):
        (pages / folder).mkdir(parents=True)
    notebooks = {path: read(path) for path in PATHS}
    (pages / "index.md").write_text(home(notebooks, pages / "_static/thumbnails"), encoding="utf-8")
    for path, notebook in notebooks.items():
        page = json.dumps(lesson_page(notebook, pages / "images"), ensure_ascii=False)
        (pages / "notebooks" / path.name).write_text(page, encoding="utf-8")
    for name, text in api_pages().items():
        (pages / "api" / f"{name}.md").write_text(text, encoding="utf-8")
    for source in (HERE / "glossary.md", HERE / "citation.md"):
        shutil.copy(source, pages)
    for path in DOCUMENTS:  # first all of them, then their links, which depend on what is there
        (pages / path).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / path, pages / path)
    for path in DOCUMENTS:
        text = to_repository((ROOT / path).read_text(encoding="utf-8"), (ROOT / path).parent, pages)
        if path == "notes/README.md":
            text += toctree([f"/{note}" for note in NOTES if note != path])
        (pages / path).write_text(text, encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Lay out the pages and run Sphinx; its exit status. Warnings are errors."""
    pages, site = ROOT / "build" / "pages", ROOT / "build" / "site"
    lay_out(pages)
    shutil.rmtree(site, ignore_errors=True)  # no page stays of a lesson that is gone
    return sphinx(
        [*"-q -W --keep-going -j auto -b html".split(), "-c", str(HERE), *arguments]
        + ["-d", str(ROOT / "build" / "doctrees"), str(pages), str(site)]
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
