"""README and RESULTS.md hold what the saved lessons hold, and links of the texts resolve."""

import re

import pytest

from claims_table import END, START, lessons, replace_between, results
from notebooks import ROOT

TEXTS = ["README.md", "RESULTS.md", "CONTRIBUTING.md", "datasets/README.md"]
TEXTS += [path.relative_to(ROOT).as_posix() for path in sorted(ROOT.glob("notes/*.md"))]


def test_tables_are_those_of_the_saved_lessons():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert replace_between(readme, lessons()) == readme, "run: make results"
    assert (ROOT / "RESULTS.md").read_text(encoding="utf-8") == results(), "run: make results"


def test_only_what_stands_between_the_marks_is_replaced():
    assert replace_between(f"a {START} old {END} z", "new") == f"a {START}\nnew\n{END} z"
    with pytest.raises(ValueError):
        replace_between("no marks", "new")


@pytest.mark.parametrize("file", TEXTS)
def test_links_resolve(file):
    path = ROOT / file
    text = path.read_text(encoding="utf-8")
    anchors = {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", text, re.M)
    }
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith("#"):
            assert target[1:] in anchors, target
        elif not target.startswith("https://"):
            assert (path.parent / target.split("#")[0]).exists(), target
