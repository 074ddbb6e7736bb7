"""A bar that is drawn in a notebook, and leaves nothing behind."""

import nbformat
import pytest
from nbclient import NotebookClient

from utils.progress import Progress

CODE = """
import time
from utils.progress import Progress
print("before")
with Progress("working", total=3) as bar:
    for step in range(3):
        time.sleep(0.3)
        bar.update(note=f"step {step}")
print("after")
"""


def test_the_bar_leaves_no_content_in_a_notebook():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CODE)])
    NotebookClient(notebook, kernel_name="python3", timeout=120).execute()
    outputs = notebook.cells[0].outputs
    assert [o["text"] for o in outputs if o["output_type"] == "stream"] == ["before\n", "after\n"]
    assert all(o["data"] == {} for o in outputs if o["output_type"] == "display_data")


def test_nothing_is_printed_outside_a_notebook(capsys):
    with Progress("working", total=2) as bar:
        bar.update()
        bar.update()
    assert bar.done == 2
    assert capsys.readouterr().out == ""


def test_the_bar_never_passes_its_end_and_says_how_long():
    bar = Progress("working", total=4)
    bar.update(9)
    assert bar.done == 4
    picture = bar._picture(seconds=8.0, note="<b>")
    assert picture["text/plain"] == "working: 4 of 4, 0 s left, <b>"
    assert "&lt;b&gt;" in picture["text/html"]


def test_bad_total_is_named():
    with pytest.raises(ValueError, match="total is 0"):
        Progress("working", total=0)
