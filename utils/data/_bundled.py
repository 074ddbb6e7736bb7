"""Where the small files of the project's ``datasets`` folder are."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "datasets"


def bundled(name: str) -> Path:
    """Path of a file in ``datasets``, for instance ``"airline_passengers.csv"``.

    Raises
    ------
    FileNotFoundError
        If the project's ``datasets`` folder is not beside ``utils``, or has no such file.
    """
    path = FOLDER / name
    if not path.is_file():
        raise FileNotFoundError(
            f"{name} is not in {FOLDER}. The lessons read it from the project's own folder: "
            "install the project from there with pip install -e ."
        )
    return path
