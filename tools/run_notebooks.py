"""Execute lessons and save their outputs in place, with metadata that do not vary.

Usage: python tools/run_notebooks.py [--jobs N] [NOTEBOOK ...]

Without names all lessons in ``notebooks/`` are run. Each runs in a fresh kernel in its own
folder. A lesson that stops with an error leaves its file as it was.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

ROOT = Path(__file__).resolve().parents[1]
CELL_TIMEOUT = 600  # seconds; generous, so that slow machines can still save a lesson


def execute(path: Path, save: bool = True) -> float:
    """Run one lesson in a fresh kernel, save it if asked to, and return its seconds."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
    )
    started = time.monotonic()
    client.execute()
    seconds = time.monotonic() - started
    if not save:
        return seconds
    normalise(notebook)
    # Written beside and moved over: an interrupt leaves the old file, never half of a new one.
    unfinished = path.with_suffix(".ipynb.part")
    nbformat.write(notebook, unfinished)
    os.replace(unfinished, path)
    return seconds


def normalise(notebook: nbformat.NotebookNode) -> None:
    """Keep what readers and tests need; drop what differs from run to run and has no reader."""
    lesson = notebook.metadata.get("lesson")
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {
                "display_name": "Python 3 (ipykernel)",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python"},
        }
    )
    if lesson:
        notebook.metadata["lesson"] = lesson
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        if cell.cell_type != "code":
            continue
        # What a progress bar leaves behind is an output without content.
        cell.outputs = [o for o in cell.outputs if "data" not in o or o["data"]]
        for output in cell.outputs:
            output.pop("transient", None)


def main() -> int:
    """Run the lessons named on the command line; 1 if one of them stopped."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all lessons")
    parser.add_argument("--jobs", type=int, default=1, help="lessons at a time (default 1)")
    arguments = parser.parse_args()
    paths = [p.resolve() for p in arguments.notebooks] or sorted(
        (ROOT / "notebooks").glob("*.ipynb")
    )
    missing = [str(p) for p in paths if not p.is_file()]
    if missing:
        print(f"No such notebook: {', '.join(missing)}", file=sys.stderr)
        return 2
    # Lessons are saved as TensorFlow runs them; other backends can run them, but not save.
    os.environ["KERAS_BACKEND"] = "tensorflow"
    failed = []

    def run(path: Path) -> None:
        print(f"{path.name}: running ...", flush=True)
        try:
            seconds = execute(path)
            print(f"{path.name}: saved, {seconds:.0f} s", flush=True)
        except CellExecutionError as error:
            failed.append(path.name)
            print(f"{path.name}: stopped, not saved\n{error}", file=sys.stderr, flush=True)

    with ThreadPoolExecutor(max_workers=max(arguments.jobs, 1)) as pool:
        list(pool.map(run, paths))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
