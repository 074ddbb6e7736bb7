"""Rules that every lesson keeps, read from the saved notebooks without running them."""

from __future__ import annotations

import base64
import re
import statistics
from collections import Counter

import pytest

from utils.lessons import PATHS, ROOT, read, tags
from utils.results import collect

HEADINGS = [
    "Set-up",
    "The data",
    "A baseline first",
    "The model",
    "A look inside",
    "The result",
    "What goes wrong",
    "Exercises",
    "What to remember",
    "Departures",
    "What comes next",
    "References",
]
STEPS = ["Define", "Compile", "Fit", "Evaluate", "Predict"]
MOST_LINES = 20  # of a code cell
MOST_BYTES = 3_000_000  # of a file: more is slow to open on a class-room network
LEAST_COMPARED = 0.8  # share of the cells with output whose output the tests compare
# Words that give away who wrote a text, or where.
FORBIDDEN = ["/home/", "/root/", "/tmp/", "/work/", "C:\\\\", "TODO", "FIXME"]
NETWORK = ["urlopen", "requests.", "urllib", "wget ", "curl ", "get_file(", "load_dataset("]

lesson = pytest.mark.parametrize("path", PATHS, ids=[p.stem for p in PATHS])


def code_cells(notebook):
    return [c for c in notebook["cells"] if c["cell_type"] == "code" and c["source"].strip()]


def prose(notebook):
    return [c["source"] for c in notebook["cells"] if c["cell_type"] == "markdown"]


def test_there_are_lessons():
    assert PATHS, "no lesson in notebooks/"
    assert not [
        p
        for p in (ROOT / "notebooks").iterdir()
        if p.suffix != ".ipynb" and p.name != ".ipynb_checkpoints"
    ], "notebooks/ holds lessons and nothing else"


@lesson
def test_executed_in_order(path):
    counts = [c["execution_count"] for c in code_cells(read(path))]
    assert counts == list(range(1, len(counts) + 1)), "run it from the top with make run"


@lesson
def test_outputs_present_without_errors(path):
    notebook = read(path)
    outputs = [o for c in code_cells(notebook) for o in c["outputs"]]
    assert outputs, "outputs were cleared; make run saves them"
    for output in outputs:
        assert output["output_type"] != "error", output.get("evalue")
        assert output.get("name") != "stderr", "".join(output["text"])[:200]
        assert output.get("data", True), "an empty output was left behind"
        assert "application/vnd.jupyter.widget-view+json" not in output.get("data", {}), (
            "a widget was saved; its state is not"
        )


@lesson
def test_most_outputs_are_compared(path):
    with_output = [c for c in code_cells(read(path)) if c["outputs"]]
    ignored = [c for c in with_output if "nbval-ignore-output" in tags(c)]
    assert 1 - len(ignored) / len(with_output) >= LEAST_COMPARED, (
        f"{len(ignored)} of {len(with_output)} output cells are not compared"
    )


@lesson
def test_no_other_way_around_nbval(path):
    for cell in code_cells(read(path)):
        assert not re.search(r"NBVAL_", cell["source"]), "use tags, not comments"
        assert not {"nbval-skip", "nbval-raises-exception", "raises-exception"} & set(tags(cell))


@lesson
def test_sizes(path):
    assert path.stat().st_size <= MOST_BYTES
    notebook = read(path)
    lengths = [
        len([x for x in c["source"].splitlines() if x.strip()]) for c in code_cells(notebook)
    ]
    assert max(lengths) <= MOST_LINES, f"a code cell has {max(lengths)} lines"
    assert statistics.median(lengths) <= 15
    assert len(notebook["cells"]) >= 20


@lesson
def test_metadata(path):
    metadata = read(path)["metadata"]
    assert set(metadata) == {"kernelspec", "language_info", "lesson"}
    assert set(metadata["lesson"]) == {"number", "title", "question", "shows", "minutes", "seconds"}
    assert metadata["lesson"]["number"] == path.name[:2]
    for cell in read(path)["cells"]:
        assert set(cell["metadata"]) <= {"tags"}


@lesson
def test_opening(path):
    first = prose(read(path))[0]
    number = path.name[:2]
    assert first.startswith(f"# {number} · ")
    assert "You will be able to" in first
    for word in ("need first", "minutes", "seconds", "licence", "colab", "binder"):
        assert word in first.lower(), f"the opening does not say: {word}"


@lesson
def test_headings_of_the_anatomy(path):
    found = [m for text in prose(read(path)) for m in re.findall(r"^## (.+)$", text, re.M)]
    wanted = [h for h in HEADINGS if path.name[:2] != "00" or h not in ("Departures",)]
    positions = []
    for heading in wanted:
        assert heading in found, f"## {heading} is missing"
        positions.append(found.index(heading))
    assert positions == sorted(positions), "headings are out of order"
    steps = [m for text in prose(read(path)) for m in re.findall(r"^### (\w+)$", text, re.M)]
    assert [s for s in steps if s in STEPS][:5] == STEPS, "the five steps, in order"


@lesson
def test_cells_by_tag(path):
    counts = Counter(t for c in code_cells(read(path)) for t in tags(c))
    assert counts["setup"] == 1
    assert counts["parameters"] == 1
    assert counts["define"] >= 1
    assert 3 <= counts["answer"] == counts["check"] <= 4, "three or four exercises"
    known = {"setup", "parameters", "define", "answer", "check", "nbval-ignore-output"}
    assert set(counts) <= known, f"unknown tags {set(counts) - known}"


@lesson
def test_figures_have_alternative_text_and_are_pictures(path):
    figures = 0
    for cell in code_cells(read(path)):
        for output in cell["outputs"]:
            picture = output.get("data", {}).get("image/png")
            if picture is None:
                continue
            figures += 1
            alt = output["metadata"].get("image/png", {}).get("alt", "")
            assert len(alt.split()) >= 5, f"no alternative text: {cell['source'][-80:]!r}"
            assert base64.b64decode("".join(picture)).startswith(b"\x89PNG")
    assert figures >= 2


@lesson
def test_pictures_in_text_have_alternative_text(path):
    for text in prose(read(path)):
        assert not re.findall(r"!\[\s*\]\(", text), "an image without a description"
        assert "<img" not in text or "alt=" in text


@lesson
def test_claims_are_there_and_hold(path):
    claims = collect(read(path))
    assert claims, "a lesson proves something"
    for claim in claims:
        assert claim["holds"], claim["statement"]
        assert claim["name"].startswith(f"{path.name[:2]}.")


def test_claim_names_are_unique():
    names = [c["name"] for p in PATHS for c in collect(read(p))]
    assert len(names) == len(set(names)), [n for n, k in Counter(names).items() if k > 1]


@lesson
def test_links_resolve(path):
    headings = {p.name for p in PATHS}
    for text in prose(read(path)):
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if target.startswith(("http://", "https://")):
                assert not target.startswith("http://"), f"{target} is not encrypted"
                continue
            if target.startswith("#"):
                continue
            file = target.split("#")[0]
            assert file in headings or (path.parent / file).exists(), f"{target} is not there"


@lesson
def test_no_absolute_paths_and_no_network(path):
    notebook = read(path)
    for cell in notebook["cells"]:
        text = cell["source"] + "".join(
            "".join(o.get("text", "")) + "".join(o.get("data", {}).get("text/plain", ""))
            for o in cell.get("outputs", [])
        )
        for word in FORBIDDEN:
            assert word not in text, f"{word!r} in {cell['source'][:60]!r}"
        if cell["cell_type"] == "code":
            for word in NETWORK:
                assert word not in cell["source"], f"{word!r}: loaders live in utils/data"


@lesson
def test_prose_before_code(path):
    """No long stretch of code without a word on why."""
    run = longest = 0
    for cell in read(path)["cells"]:
        run = run + 1 if cell["cell_type"] == "code" else 0
        longest = max(longest, run)
    assert longest <= 4, f"{longest} code cells in a row without a word"
