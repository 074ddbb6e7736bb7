"""The saved lessons keep the rules of tools/check_lesson.py, and the rules can be broken."""

import json

import nbformat
import numpy as np
import pytest

from check_lesson import counts, problems
from notebooks import PATHS, ROOT, read

lesson = pytest.mark.parametrize("path", PATHS, ids=[p.stem for p in PATHS])


@lesson
def test_rules(path):
    assert problems(path) == []


def test_notebooks_holds_lessons_only_and_their_names_are_unique():
    others = [p.name for p in (ROOT / "notebooks").glob("*[!.]*") if p not in PATHS]
    assert [name for name in others if not name.startswith(".")] == []
    assert len({p.name[:2] for p in PATHS}) == len(PATHS)


def test_most_outputs_of_the_collection_are_compared():
    assert np.mean([counts(read(path))["compared"] for path in PATHS]) >= 0.85


def _break(notebook, change):
    """Apply one change to a parsed notebook."""
    cells = notebook["cells"]
    code = [c for c in cells if c["cell_type"] == "code"]
    if change == "cleared outputs":
        for cell in code:
            cell["outputs"], cell["execution_count"] = [], None
    elif change == "too long":
        notebook["cells"] = cells + [nbformat.v4.new_markdown_cell("word")] * 40
    elif change == "dead link":
        cells[0]["source"] += "\n[nowhere](99_nowhere.ipynb)"
    elif change == "path of a machine":
        code[-1]["outputs"].append(
            {"output_type": "stream", "name": "stdout", "text": "/ho" + "me/me/file"}
        )
    elif change == "figure without text":
        pictures = [o for c in code for o in c["outputs"] if "image/png" in o.get("data", {})]
        pictures[0]["metadata"] = {}
    elif change == "parameter that is computed":
        (cell,) = [c for c in code if "parameters" in c["metadata"].get("tags", [])]
        cell["source"] += "\nextra = len('abc')"
    elif change == "false claim":
        for cell in code:
            for output in cell["outputs"]:
                for claim in output.get("metadata", {}).get("claims", []):
                    claim["holds"] = False


@pytest.mark.parametrize(
    "change",
    [
        "cleared outputs",
        "too long",
        "dead link",
        "path of a machine",
        "figure without text",
        "parameter that is computed",
        "false claim",
    ],
)
def test_a_broken_rule_is_found(change, tmp_path):
    notebook = read(PATHS[0])
    _break(notebook, change)
    copy = tmp_path / PATHS[0].name
    copy.write_text(json.dumps(notebook), encoding="utf-8")
    assert set(problems(copy)) - set(problems(PATHS[0]))


def test_folded_cells_count_as_lines_that_are_not_visible():
    def cell(source, *tags):
        return {"cell_type": "code", "source": source, "outputs": [], "metadata": {"tags": tags}}

    found = counts({"cells": [cell("a = 1\n\nb = 2"), cell("c = 3", "hide-input")]})
    assert (found["lines"], found["visible lines"], found["cells"]) == (3, 2, 2)
