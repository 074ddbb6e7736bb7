"""Running copies of notebooks: shifted seeds, solutions in place, what is kept and what is not."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from run_notebooks import normalise, parameters_of, reseed, run, shifted_seeds

CLAIM = """
from utils.claims import claim, count_claims, show_claims
claim("99.small", "The seed is small.", seed + extra, at_most=bar)
"""


def notebook(path, parameters, bar=10):
    """A small lesson on disk."""
    cells = [
        new_code_cell(parameters, metadata={"tags": ["parameters"]}),
        new_code_cell(f"bar = {bar}\n{CLAIM}"),
        new_code_cell("show_claims()", metadata={"tags": ["claims", "nbval-ignore-output"]}),
        new_code_cell("count_claims()"),
    ]
    file = path / "99_small.ipynb"
    nbformat.write(new_notebook(cells=cells), file)
    return file


def test_seeds_are_shifted_and_nothing_else(tmp_path):
    file = notebook(tmp_path, "seed = 1\nseeds = [0, 2]\ntune_seeds = [5]\nseedless = 3\nunits = 4")
    assert shifted_seeds(nbformat.read(file, 4), 100) == {
        "seed": 101,
        "seeds": [100, 102],
        "tune_seeds": [105],
    }


def test_parameters_are_plain_values(tmp_path):
    file = notebook(tmp_path, "a = 1\nb = [1.5, 'x']\nc = None")
    assert parameters_of(nbformat.read(file, 4)) == {"a": 1, "b": [1.5, "x"], "c": None}
    file = notebook(tmp_path, "a = print('x')")
    with pytest.raises(ValueError):
        parameters_of(nbformat.read(file, 4))


def test_reseed_names_the_claim_that_fails_and_leaves_the_file(tmp_path):
    file = notebook(tmp_path, "seed = 1\nextra = 0")
    before = file.read_bytes()
    assert reseed(file, "tensorflow", 2) == []
    (problem,) = reseed(file, "tensorflow", 100)
    assert "99.small" in problem and "101" in problem
    assert file.read_bytes() == before


def test_run_saves_what_holds_and_refuses_what_does_not(tmp_path):
    file = notebook(tmp_path, "seed = 1\nextra = 0")
    assert run(file, "tensorflow") == []
    saved = nbformat.read(file, 4)
    assert saved.cells[-1].outputs[0]["text"].startswith("1 of 1")
    assert set(saved.metadata) == {"kernelspec", "language_info"}
    file = notebook(tmp_path, "seed = 1\nextra = 50")
    before = file.read_bytes()
    assert "99.small" in run(file, "tensorflow")[0]
    assert file.read_bytes() == before


def test_folded_cells_and_metadata_that_vary():
    cell = new_code_cell("x", metadata={"tags": ["hide-input"], "papermill": {"duration": 1}})
    made = new_notebook(cells=[cell], metadata={"papermill": {"duration": 2}, "lesson": {"a": 1}})
    normalise(made)
    assert made.cells[0].metadata == {"tags": ["hide-input"], "jupyter": {"source_hidden": True}}
    assert set(made.metadata) == {"kernelspec", "language_info", "lesson"}
