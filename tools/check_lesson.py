"""The rules that every lesson keeps, read from the saved notebook without running it.

    python tools/check_lesson.py 04      counts against the limits, and each rule that is broken

``tests/test_notebooks.py`` holds every lesson to the same rules.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from notebooks import PATHS, ROOT, output_text, path_of, read, tagged, tags
from run_notebooks import parameters_of
from utils.claims import read_claims

LIMITS = {
    "cells": 50,
    "words": 2_200,  # of prose
    "visible lines": 300,  # of code, cells that are folded away left out
    "lines": 400,  # of code
    "figures": 6,
    "longest cell": 20,  # lines that are not blank
    "kilobytes": 2_000,  # more is slow to open on a classroom's network
}
MAY_BE_LONG = {"setup", "hide-input", "claims", "take-home"}
LEAST_COMPARED = 0.8  # of a lesson's cells with output: share whose output the tests compare
KNOWN_TAGS = {
    "setup", "parameters", "hide-input", "hero", "answer", "check", "claims", "take-home",
    "nbval-ignore-output", "nbval-skip",
}  # fmt: skip
LESSON_KEYS = {"number", "title", "question", "answer", "minutes", "seconds", "quick"}
ABSOLUTE_PATH = re.compile(r"(?<![\w.:/~<])/(home|root|tmp|work|Users|usr|var|mnt)/|[A-Z]:\\\\")


def counts(notebook: dict[str, Any]) -> dict[str, float]:
    """What the limits are about, for one notebook as :func:`notebooks.read` returns it."""
    code = code_cells(notebook)
    prose = [c["source"] for c in notebook["cells"] if c["cell_type"] == "markdown"]
    lines = {id(c): len([x for x in c["source"].splitlines() if x.strip()]) for c in code}
    with_output = [c for c in code if c["outputs"]]
    compared = [c for c in with_output if "nbval-ignore-output" not in tags(c)]
    return {
        "cells": len(notebook["cells"]),
        "words": sum(len(text.split()) for text in prose),
        "visible lines": sum(lines[id(c)] for c in code if "hide-input" not in tags(c)),
        "lines": sum(lines.values()),
        "figures": len(figures(notebook)),
        "longest cell": max(lines[id(c)] for c in code if not set(tags(c)) & MAY_BE_LONG),
        "compared": len(compared) / len(with_output) if with_output else 0.0,
    }


def code_cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """Code cells that are not empty."""
    return [c for c in notebook["cells"] if c["cell_type"] == "code" and c["source"].strip()]


def figures(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """Outputs that hold a picture."""
    return [
        o for c in code_cells(notebook) for o in c["outputs"] if "image/png" in o.get("data", {})
    ]


def problems(path: Path) -> list[str]:
    """Every rule that the lesson breaks, in a sentence each; empty if it keeps them all."""
    notebook = read(path)
    found = counts(notebook) | {"kilobytes": path.stat().st_size / 1000}
    wrong = [
        f"{found[name]:.0f} {name}, at most {limit} are allowed"
        for name, limit in LIMITS.items()
        if found[name] > limit
    ]
    if found["compared"] < LEAST_COMPARED:
        wrong.append(f"only {found['compared']:.0%} of the outputs are compared")
    return wrong + _execution(notebook) + _form(notebook, path) + _links_and_paths(notebook, path)


def _execution(notebook: dict[str, Any]) -> list[str]:
    """Executed in order, outputs there, no error, no way around the comparison."""
    wrong = []
    code = code_cells(notebook)
    if [c["execution_count"] for c in code] != list(range(1, len(code) + 1)):
        wrong.append("the cells were not executed in order: make run")
    for cell in code:
        for output in cell["outputs"]:
            if output["output_type"] == "error" or output.get("name") == "stderr":
                wrong.append(f"an error or warning in the output of {cell['source'][:50]!r}")
            if "application/vnd.jupyter.widget-view+json" in output.get("data", {}):
                wrong.append("a widget was saved, and its state was not")
        if "NBVAL_" in cell["source"]:
            wrong.append("use tags, not comments, to leave an output out of the comparison")
    for output in figures(notebook):
        if len(output["metadata"].get("image/png", {}).get("alt", "").split()) < 5:
            wrong.append("a figure without alternative text: use plotting.show")
    return wrong


def _form(notebook: dict[str, Any], path: Path) -> list[str]:
    """Tags, metadata, parameters, claims, exercises."""
    wrong = []
    number = path.name[:2]
    first = notebook["cells"][0]["source"]
    if not first.startswith(f"# {number} · ") or "attachment:hero.png" not in first:
        wrong.append("the first cell needs '# NN · Title' and ![...](attachment:hero.png)")
    lesson = notebook["metadata"].get("lesson", {})
    if set(lesson) != LESSON_KEYS or lesson.get("number") != number:
        wrong.append(f"metadata 'lesson' has {sorted(lesson)}, it needs {sorted(LESSON_KEYS)}")
    found = Counter(tag for cell in notebook["cells"] for tag in tags(cell))
    for tag in ("setup", "parameters", "hero", "claims", "take-home"):
        if found[tag] != 1:
            wrong.append(f"{found[tag]} cells are tagged {tag!r}, one is needed")
    if found["answer"] != found["check"] or not found["answer"]:
        wrong.append(f"{found['answer']} cells tagged 'answer' and {found['check']} 'check'")
    if set(found) - KNOWN_TAGS:
        wrong.append(f"unknown tags {sorted(set(found) - KNOWN_TAGS)}")
    for cell in tagged(notebook, "check"):
        if "not answered yet" not in output_text(cell):
            wrong.append(f"an exercise was saved answered: {cell['source']!r}")
    try:
        unknown = set(lesson.get("quick", {})) - set(parameters_of(notebook))
        if unknown:
            wrong.append(f"'quick' names {sorted(unknown)}, which are no parameters")
    except (ValueError, AttributeError) as error:
        wrong.append(f"the parameters cell holds more than plain values ({error})")
    if tagged(notebook, "take-home") != tagged(notebook, "nbval-skip"):
        wrong.append("'nbval-skip' belongs to the cell tagged 'take-home' and to no other")
    for cell in tagged(notebook, "take-home"):
        lines = [x for x in cell["source"].splitlines() if x.strip()]
        if len(lines) > 30:
            wrong.append(f"the take-home cell has {len(lines)} lines, at most 30 are allowed")
    claims = read_claims(notebook)
    if not 3 <= len(claims) <= 6:
        wrong.append(f"{len(claims)} claims; three to six are meant")
    for claim in claims:
        if not claim["holds"] or not claim["name"].startswith(f"{number}."):
            wrong.append(f"claim {claim['name']} does not hold or has another lesson's number")
    return wrong


def _links_and_paths(notebook: dict[str, Any], path: Path) -> list[str]:
    """Links lead somewhere, pictures have a description, no path of a machine."""
    wrong = []
    for cell in notebook["cells"]:
        everything = cell["source"] + output_text(cell)
        if ABSOLUTE_PATH.search(everything):
            wrong.append(f"an absolute path in {cell['source'][:50]!r}")
        if cell["cell_type"] != "markdown":
            continue
        if re.search(r"!\[\s*\]\(", cell["source"]):
            wrong.append("a picture without a description")
        for target in re.findall(r"\]\(([^)\s]+)\)", cell["source"]):
            local = not target.startswith(("https://", "#", "attachment:"))
            if local and not (path.parent / target.split("#")[0]).exists():
                wrong.append(f"the link {target} leads nowhere")
    return wrong


def main() -> int:
    """Print counts and broken rules of the lessons named on the command line."""
    names = sys.argv[1:]
    paths = [Path(n).resolve() if n.endswith(".ipynb") else path_of(n) for n in names] or PATHS
    broken = 0
    for path in paths:
        found = counts(read(path))
        figures_of = ", ".join(
            f"{value:.0%} {name}" if name == "compared" else f"{value:.0f} {name}"
            for name, value in found.items()
        )
        print(f"{path.relative_to(ROOT)}: {figures_of}")
        for problem in problems(path):
            broken += 1
            print(f"  {problem}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
