"""The README's tables and pictures are those of the saved lessons, and its links resolve."""

import re
import sys

import pytest

from utils.lessons import PATHS, ROOT, read

sys.path.insert(0, str(ROOT / "tools"))
import results  # noqa: E402

README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "table"), [("lessons", results.lessons_table), ("claims", results.claims_table)]
)
def test_tables_are_those_of_the_lessons(name, table):
    inside = README.split(f"<!-- {name}: from make results -->")[1]
    inside = inside.split(f"<!-- end of {name} -->")[0]
    assert inside.strip() == table().strip(), "run: python tools/results.py --write"


def test_pictures_are_those_of_the_lessons():
    pictures = results.pictures()
    assert set(pictures) == {name for name, _, _ in results.PICTURES}
    for name, picture in pictures.items():
        assert (ROOT / "images" / name).read_bytes() == picture
        assert f"](images/{name})" in README


@pytest.mark.parametrize("file", ["README.md", "CONTRIBUTING.md", "datasets/README.md"])
def test_links_resolve(file):
    path = ROOT / file
    text = path.read_text(encoding="utf-8")
    anchors = {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", text, re.M)
    }
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith("https://"):
            continue
        name, _, anchor = target.partition("#")
        assert not name or (path.parent / name).exists(), target
        assert name or anchor in anchors, target


def test_lesson_00_maps_every_lesson_with_its_times():
    start = "\n".join(c["source"] for c in read(PATHS[0])["cells"])
    for path in PATHS:
        lesson = read(path)["metadata"]["lesson"]
        row = next(
            x for x in start.splitlines() if x.startswith("| ") and lesson["number"] in x[:6]
        )
        assert row.endswith(f"| {lesson['minutes']} | {lesson['seconds']} |"), (
            f"lesson 00 says {row}"
        )


def test_every_loader_has_a_data_sheet():
    sheet = (ROOT / "datasets" / "README.md").read_text(encoding="utf-8")
    tools = {
        "__init__",
        "bundled",
        "corpora",
        "download",
        "packaged",
        "seeds",
    }  # not data sets of their own
    for module in (ROOT / "utils" / "data").glob("*.py"):
        if module.stem not in tools:
            assert f"utils.data.{module.stem}" in sheet, f"no data sheet for {module.stem}"
