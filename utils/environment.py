"""Does this machine have what the lessons need? Lesson 00 asks."""

from __future__ import annotations

import importlib.metadata
import platform
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

_PYPROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"
_LEAST_MEMORY = 3.0  # GiB that a lesson may need, with its kernel


def report() -> None:
    """Print a line each on Python, packages and memory, and below it what to do if need be."""
    needed = tomllib.loads(_PYPROJECT.read_text(encoding="utf-8"))["project"]
    memory = [] if _free_memory() >= _LEAST_MEMORY else [f"{_free_memory():.1f} GiB are free."]
    for name, problems, remedy in (
        ("Python", _python(needed["requires-python"]), "Install one, then: make clean lab"),
        ("packages", _packages(needed["dependencies"]), "Run: make clean lab"),
        ("memory", memory, f"Close other programs: a lesson may need {_LEAST_MEMORY:.0f} GiB."),
    ):
        print(f"{name + ':':10s}{'please look' if problems else 'fine'}")
        for line in [*problems, remedy] if problems else []:
            print(f"    {line}")


def _python(allowed: str) -> list[str]:
    version = platform.python_version()
    fits = version in SpecifierSet(allowed)
    return [] if fits else [f"Python is {version}; the lessons need {allowed}."]


def _packages(requirements: list[str]) -> list[str]:
    problems = []
    for requirement in map(Requirement, requirements):
        try:
            installed = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            installed = "not installed"
        else:
            if requirement.specifier.contains(installed, prereleases=True):
                continue
        problems.append(f"{requirement.name} is {installed}; needed is {requirement.specifier}.")
    return problems


def _free_memory() -> float:
    """Free memory in GiB; infinite where the system does not say so in /proc."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return float("inf")
    return next(int(x.split()[1]) for x in lines if x.startswith("MemAvailable")) / 2**20
