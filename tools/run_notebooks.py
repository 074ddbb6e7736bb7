"""Execute lessons: ``run`` saves their outputs, ``reseed`` and ``quick`` work on copies.

    python tools/run_notebooks.py run 04               execute and save lesson 04
    python tools/run_notebooks.py reseed --seeds 100   all lessons with their seeds shifted by 100
    python tools/run_notebooks.py quick 04             small parameters, solutions in place

Without numbers all lessons are taken. ``run`` leaves the file of a lesson as it was if a cell
stops or a claim does not hold; with ``--backend jax`` it saves a copy in the scratch folder
instead. ``quick`` also tries every wrong answer of the exercises.
"""

from __future__ import annotations

import argparse
import ast
import base64
import json
import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import papermill

from notebooks import PATHS, ROOT, output_text, path_of, tagged, tags
from utils.claims import read_claims

SCRATCH = Path(tempfile.gettempdir()) / "lstm-lab"
KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def execute(
    path: Path, target: Path, parameters: dict[str, Any] | None = None
) -> nbformat.NotebookNode:
    """Run a lesson in a fresh kernel, in the folder of the lessons, and write it to ``target``.

    Raises
    ------
    papermill.PapermillExecutionError
        If a cell stops; ``target`` then holds what was run until there.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    papermill.execute_notebook(
        str(path),
        str(target),
        parameters=parameters or {},
        kernel_name="python3",
        language="python",
        cwd=str(ROOT / "notebooks"),
        progress_bar=False,
        request_save_on_cell_execute=False,
    )
    return nbformat.read(target, as_version=4)


def run(path: Path, backend: str) -> list[str]:
    """Execute a lesson and save it in place with its hero picture; what is wrong, if anything."""
    target = SCRATCH / f"{path.stem}.{backend}.ipynb"
    notebook = execute(path, target)
    failed = [c["name"] for c in read_claims(notebook) if not c["holds"]]
    if failed:
        return [f"{name} does not hold (the run is in {target})" for name in failed]
    if backend == "tensorflow":
        normalise(notebook)
        keep_hero(notebook, path.stem[:2])
        # Written beside and moved over: an interrupt leaves the old file, never half of a new one.
        unfinished = path.with_suffix(".ipynb.part")
        nbformat.write(notebook, unfinished)
        os.replace(unfinished, path)
    return []


def reseed(path: Path, backend: str, shift: int) -> list[str]:
    """Execute a copy of a lesson with other seeds; the claims that do not hold there."""
    notebook = nbformat.read(path, as_version=4)
    target = SCRATCH / f"{path.stem}.{backend}.seeds{shift}.ipynb"
    executed = execute(_copy(notebook, path.stem), target, shifted_seeds(notebook, shift))
    claims = read_claims(executed)
    if not claims:
        return ["no claims were found: the lesson shows none"]
    return [
        f"{c['name']} does not hold: {c['measured']} "
        f"({c['statistic']}, from {c['at_least']} to {c['at_most']})"
        for c in claims
        if not c["holds"]
    ]


def quick(path: Path, backend: str) -> list[str]:
    """Run a copy with small parameters and the solutions in place, then every wrong answer."""
    notebook = nbformat.read(path, as_version=4)
    code = f"exercises = __import__('utils.exercises.lesson_{path.stem[:2]}', fromlist=['_'])"
    number = 0
    for cell in notebook.cells:
        if "answer" in tags(cell):
            number += 1
            # exec: the source of a solution may hold names that the editor's cell would not.
            cell.source = (
                f"{code}\nexec(exercises.EXERCISES[{number - 1}].solution_code, globals())"
            )
    notebook.cells.append(nbformat.v4.new_code_cell(f"{code}\n{_TRY_MISTAKES}"))
    source = _copy(notebook, f"{path.stem}.solved")
    executed = execute(source, SCRATCH / f"{path.stem}.{backend}.quick.ipynb", _quick(notebook))
    problems = json.loads(output_text(executed.cells[-1]))
    for cell in tagged(executed, "check"):
        if ": right." not in output_text(cell):
            problems.append(f"a solution is refused: {output_text(cell).strip()}")
    return problems


_TRY_MISTAKES = """
import json
problems = []
for exercise in exercises.EXERCISES:
    messages = []
    for mistake in exercise.mistakes:
        names = dict(globals())
        exec(mistake, names)
        state, message = exercise.grade(
            names[exercise.answer_name], *(names[name] for name in exercise.extra)
        )
        messages.append(message)
        if state != "wrong" or "stopped with" in message:
            problems.append(f"{exercise.number}: {mistake!r} is {state}: {message}")
    if len(set(messages)) < min(2, len(exercise.mistakes)):
        problems.append(f"{exercise.number}: every mistake gets the same message")
print(json.dumps(problems))
"""


def shifted_seeds(notebook: nbformat.NotebookNode, shift: int) -> dict[str, Any]:
    """The seeds of the parameters cell, each number moved by ``shift``.

    A seed is a parameter whose name is ``seed`` or ``seeds`` or ends in ``_seed`` or ``_seeds``.
    """

    def moved(value: Any) -> Any:
        return [moved(v) for v in value] if isinstance(value, list | tuple) else value + shift

    return {
        name: moved(value)
        for name, value in parameters_of(notebook).items()
        if f"_{name}".endswith(("_seed", "_seeds"))
    }


def parameters_of(notebook: dict[str, Any]) -> dict[str, Any]:
    """Names and values of the parameters cell, which holds plain values only.

    Raises
    ------
    ValueError
        If it holds anything else, or there is not exactly one such cell.
    """
    (cell,) = tagged(notebook, "parameters")
    return {
        target.id: ast.literal_eval(statement.value)
        for statement in ast.parse("".join(cell["source"])).body
        for target in statement.targets
    }


def normalise(notebook: nbformat.NotebookNode) -> None:
    """Keep what readers and tests need; drop what differs from run to run and has no reader."""
    lesson = notebook.metadata.get("lesson")
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": KERNELSPEC, "language_info": {"name": "python"}}
    )
    if lesson:
        notebook.metadata["lesson"] = lesson
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number:02d}"
        kept = tags(cell)
        cell.metadata = nbformat.from_dict({"tags": kept} if kept else {})
        if cell.cell_type != "code":
            continue
        if "hide-input" in kept:
            cell.metadata["jupyter"] = {"source_hidden": True}
        # What a progress bar leaves behind is an output without content.
        cell.outputs = [o for o in cell.outputs if "data" not in o or o["data"]]
        for output in cell.outputs:
            output.pop("transient", None)


def keep_hero(notebook: nbformat.NotebookNode, number: str) -> None:
    """Write the hero picture to ``images`` and attach it to the first cell."""
    for cell in tagged(notebook, "hero"):
        for output in cell.outputs:
            picture = output.get("data", {}).get("image/png")
            if picture is not None:
                (ROOT / "images" / f"{number}.png").write_bytes(base64.b64decode(picture))
                notebook.cells[0]["attachments"] = {
                    "hero.png": {"image/png": "".join(picture.split())}
                }


def _copy(notebook: nbformat.NotebookNode, name: str) -> Path:
    """Write a notebook to the scratch folder, without the cell that a test runs by itself."""
    notebook.cells = [cell for cell in notebook.cells if "take-home" not in tags(cell)]
    path = SCRATCH / f"{name}.copy.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


def _quick(notebook: nbformat.NotebookNode) -> dict[str, Any]:
    """The small parameters that the metadata of a lesson names."""
    return dict(notebook.metadata.get("lesson", {}).get("quick", {}))


def main() -> int:
    """Run the lessons named on the command line; 1 if something is wrong with one of them."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("action", choices=["run", "reseed", "quick"])
    parser.add_argument("lessons", nargs="*", help="numbers or files; default: all")
    parser.add_argument("--jobs", type=int, default=1, help="lessons at a time (default 1)")
    parser.add_argument("--seeds", type=int, default=100, help="reseed: added to each seed (100)")
    parser.add_argument("--backend", default="tensorflow", choices=["tensorflow", "jax"])
    arguments = parser.parse_args()
    try:
        paths = [
            Path(name).resolve() if name.endswith(".ipynb") else path_of(name)
            for name in arguments.lessons
        ] or PATHS
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    os.environ["KERAS_BACKEND"] = arguments.backend
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    actions = {
        "run": lambda path: run(path, arguments.backend),
        "reseed": lambda path: reseed(path, arguments.backend, arguments.seeds),
        "quick": lambda path: quick(path, arguments.backend),
    }
    failed = []

    def one(path: Path) -> None:
        started, before = time.monotonic(), _cpu_seconds()
        try:
            problems = actions[arguments.action](path)
        except Exception as error:  # noqa: BLE001 - a lesson that stops must not stop the others
            problems = [str(error).strip()]
        seconds = f"{time.monotonic() - started:.0f} s"
        if arguments.jobs == 1:
            seconds += f", {_cpu_seconds() - before:.0f} s of processor time"
        print(f"{path.name}: {'; '.join(problems) or 'fine'} ({seconds})", flush=True)
        failed.extend(problems)

    with ThreadPoolExecutor(max_workers=max(arguments.jobs, 1)) as pool:
        list(pool.map(one, paths))
    if failed:
        print(f"{len(failed)} problems; the runs are in {SCRATCH}", file=sys.stderr)
    return 1 if failed else 0


def _cpu_seconds() -> float:
    """Processor time of the kernels that have ended (0 on Windows, which does not say)."""
    used = os.times()
    return used.children_user + used.children_system


if __name__ == "__main__":
    sys.exit(main())
