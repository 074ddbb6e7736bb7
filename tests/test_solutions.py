"""Every lesson with small parameters and its solutions in place, and its last cell alone.

These run notebooks, so ``make unit`` leaves them out.
"""

import os
import subprocess
import sys

import pytest

from notebooks import PATHS, ROOT, output_text, read, tagged, tags
from run_notebooks import quick

lesson = pytest.mark.parametrize("path", PATHS, ids=[p.stem for p in PATHS])


@lesson
def test_solutions_pass_and_mistakes_fail_in_the_notebook(path):
    assert quick(path, "tensorflow") == []


@lesson
def test_the_cell_to_take_home_runs_alone_and_prints_what_was_saved(path):
    (cell,) = tagged(read(path), "take-home")
    done = subprocess.run(
        [sys.executable, "-c", cell["source"]],
        cwd=ROOT / "notebooks",
        env=os.environ | {"MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip(), "it should show a result"
    if "nbval-ignore-output" not in tags(cell):
        assert done.stdout == output_text(cell)
