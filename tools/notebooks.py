"""The lessons as files: where they are, their cells by tag, and what may be in them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PATHS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))


def path_of(number: str) -> Path:
    """The file of the lesson with this number.

    Raises
    ------
    ValueError
        If there is none.
    """
    found = [path for path in PATHS if path.name.startswith(f"{number}_")]
    if not found:
        numbers = ", ".join(path.name[:2] for path in PATHS)
        raise ValueError(f"lesson is {number!r}; there are {numbers}.")
    return found[0]


def read(path: Path) -> dict[str, Any]:
    """A notebook as parsed JSON, the source of each cell joined to one string."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    return notebook


def tags(cell: dict[str, Any]) -> list[str]:
    """Tags of a cell; an empty list if it has none."""
    return cell["metadata"].get("tags", [])


def tagged(notebook: dict[str, Any], tag: str) -> list[dict[str, Any]]:
    """The cells with this tag, in order."""
    return [cell for cell in notebook["cells"] if tag in tags(cell)]


def output_text(cell: dict[str, Any]) -> str:
    """What a cell printed, as one string."""
    return "".join("".join(output.get("text", "")) for output in cell.get("outputs", []))


def run_cells(path: Path, wanted: tuple[str, ...], **parameters: Any) -> dict[str, Any]:
    """Names after running the cells of a lesson that have one of these tags, in order.

    ``parameters`` replace names after the parameters cell, as papermill does.
    """
    names: dict[str, Any] = {"__name__": path.stem}
    for cell in read(path)["cells"]:
        if cell["cell_type"] == "code" and set(wanted) & set(tags(cell)):
            lines = [x for x in cell["source"].splitlines() if not re.match(r"\s*[!%]", x)]
            exec(compile("\n".join(lines), path.stem, "exec"), names)  # noqa: S102
            if "parameters" in tags(cell):
                names.update(parameters)
    return names
