"""Does this machine have what the lessons need? Names what is wrong and how to mend it."""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
import sys
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

PROJECT = "lstm-lab"
ROOT = Path(__file__).resolve().parents[1]
# What the lessons read from the project's own folder, with SHA-256.
_FILES = {
    "datasets/airline_passengers.csv": (
        "961137884a1bed241a548137ff52be6bbb79f81db0ea8bd95817a23c4842ca10"
    ),
}
_LEAST_MEMORY = 3.0  # GiB that a lesson may need, with its kernel


def check() -> list[str]:
    """Look at Python, packages, files and memory.

    Returns
    -------
    list of str
        One sentence for each thing that is wrong, with what to do; empty if all is well.
    """
    return [*_python(), *_packages(), *_files(), *_memory()]


def report() -> None:
    """Print what was checked, and what is wrong, if anything."""
    for name, problems in (
        ("Python version", _python()),
        ("packages", _packages()),
        ("bundled data", _files()),
        ("memory", _memory()),
    ):
        print(f"{name + ':':16s}{'fine' if not problems else 'PLEASE LOOK'}")
        for problem in problems:
            print(f"    {problem}")


def _python(version: str | None = None) -> list[str]:
    version = version or platform.python_version()
    allowed = importlib.metadata.metadata(PROJECT)["Requires-Python"]
    if version in SpecifierSet(allowed):
        return []
    return [
        f"Python is {version}; the lessons need {allowed}. Install one of these, remove the "
        "folder .venv and run: make lab"
    ]


def _packages() -> list[str]:
    problems = []
    for line in importlib.metadata.requires(PROJECT) or []:
        requirement = Requirement(line)
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            installed = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            installed = "not installed"
        else:
            if requirement.specifier.contains(installed, prereleases=True):
                continue
        problems.append(
            f"{requirement.name} is {installed}; the lessons need {requirement.specifier}. "
            f"Run: {Path(sys.executable).name} -m pip install --require-hashes -r requirements.lock"
        )
    return problems


def _files(root: Path = ROOT) -> list[str]:
    problems = []
    for name, expected in _FILES.items():
        path = root / name
        if not path.exists():
            problems.append(f"{name} is not there. Get the project again, or: git checkout {name}")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            problems.append(f"{name} was changed. Put it back with: git checkout {name}")
    return problems


def _memory() -> list[str]:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return []  # not Linux: nothing to read it from without another package
    free = next(int(x.split()[1]) for x in lines if x.startswith("MemAvailable")) / 2**20
    if free >= _LEAST_MEMORY:
        return []
    return [
        f"{free:.1f} GiB of memory are free; a lesson may need {_LEAST_MEMORY:.0f}. Close other "
        "notebooks (Kernel, Shut Down All Kernels) or programs."
    ]
