"""The saved lessons as files: cells by tag, and the names that their cells define.

For tools and tests; no lesson imports it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def read(path: Path) -> dict[str, Any]:
    """A notebook as parsed JSON, the source of each cell joined to one string."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    return notebook


def find(number: str) -> Path:
    """The file of the lesson with this number."""
    (path,) = [p for p in PATHS if p.name.startswith(f"{number}_")]
    return path


def tags(cell: dict[str, Any]) -> list[str]:
    """Tags of a cell; an empty list if it has none."""
    return cell["metadata"].get("tags", [])


def namespace(
    number: str, wanted: tuple[str, ...] = ("setup", "parameters", "define"), **parameters: Any
) -> dict[str, Any]:
    """Names after running the cells of a lesson that have one of these tags, in order.

    ``parameters`` replace names after the parameters cell, as papermill does.
    """
    names: dict[str, Any] = {"__name__": f"lesson_{number}"}
    for cell in read(find(number))["cells"]:
        if cell["cell_type"] == "code" and set(wanted) & set(tags(cell)):
            exec(compile(cell["source"], f"lesson {number}", "exec"), names)  # noqa: S102
            if "parameters" in tags(cell):
                names.update(parameters)
    return names
