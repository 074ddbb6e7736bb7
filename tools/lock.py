"""Derive requirements.lock and environment.yml from pyproject.toml: ``make lock``.

requirements.lock pins every package, with the SHA-256 of its files, for Python 3.11 to 3.13 on
Linux, macOS and Windows. It names no index, so that pip takes the files from wherever it is set
up to look; a file that is not the one meant is refused by its hash.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
OLDEST_PYTHON = "3.11"


def project(root: Path = ROOT) -> dict[str, Any]:
    """Read pyproject.toml."""
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


def to_lock(pyproject: dict[str, Any]) -> list[str]:
    """Return the requirements that the lock has to satisfy.

    They are the project's own and those of its installation, because the environment is made
    without build isolation: nothing comes in that the lock does not name.
    """
    return [
        *pyproject["project"]["dependencies"],
        *pyproject["build-system"]["requires"],
        *pyproject["dependency-groups"]["installer"],
    ]


def environment_yml(pyproject: dict[str, Any]) -> str:
    """Return the text of the conda environment: Python, pip, and the project's requirements."""
    lines = [
        "# Derived from pyproject.toml by `make lock`: make changes there.",
        "#   conda env create -f environment.yml",
        f"#   conda activate {pyproject['project']['name']}",
        "#   python -m pip install --no-deps -e .",
        f"name: {pyproject['project']['name']}",
        "channels:",
        "  - conda-forge",
        "  - nodefaults",
        "dependencies:",
        f"  - python={OLDEST_PYTHON}",
        "  - pip",
        "  - pip:",
    ]
    for requirement in pyproject["project"]["dependencies"]:
        plain = re.fullmatch(r"[A-Za-z0-9][\w.\[\],<>=!~*+-]*", requirement)
        lines.append(f"      - {requirement}" if plain else f'      - "{requirement}"')
    return "\n".join(lines) + "\n"


def compile_lock(requirements: list[str], target: Path, upgrade: bool = False) -> None:
    """Resolve the requirements and write the lock.

    Parameters
    ----------
    requirements
        What has to be satisfied, as in pyproject.toml.
    target
        The lock. Where it exists, its versions are kept as far as they still fit.
    upgrade
        Take the newest versions that fit instead.

    Raises
    ------
    RuntimeError
        If uv is not installed or finds no solution; the message says what to do.
    """
    # In a virtual environment uv lies beside the interpreter, which need not be on the PATH.
    beside = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    uv = shutil.which("uv", path=beside)
    if uv is None:
        raise RuntimeError(
            f"uv, which resolves the requirements, is missing: {sys.executable} -m pip install uv"
        )
    # Settings of this machine (an index, a mirror, find-links) must not end up in the lock.
    env = {name: value for name, value in os.environ.items() if not name.startswith("UV_")}
    command = [
        uv,
        "pip",
        "compile",
        "-",
        "--universal",
        f"--python-version={OLDEST_PYTHON}",
        "--fork-strategy=fewest",  # one NumPy for all Pythons, so that outputs agree
        "--generate-hashes",
        "--no-emit-index-url",
        "--no-annotate",
        "--no-config",
        "--quiet",
        "--custom-compile-command=make lock",
        f"--output-file={target}",
    ]
    if upgrade:
        command.append("--upgrade")
    done = subprocess.run(
        command, input="\n".join(requirements), text=True, env=env, capture_output=True
    )
    if done.returncode:
        raise RuntimeError(
            f"uv could not resolve the requirements of pyproject.toml:\n{done.stderr.strip()}"
        )


def main() -> int:
    """Write both files; say which one changed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that fit")
    arguments = parser.parse_args()
    lock, environment = ROOT / "requirements.lock", ROOT / "environment.yml"
    before = {path: path.read_bytes() if path.exists() else b"" for path in (lock, environment)}
    pyproject = project()
    try:
        compile_lock(to_lock(pyproject), lock, arguments.upgrade)
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    environment.write_bytes(environment_yml(pyproject).encode())
    for path, content in before.items():
        print(f"{path.name}: {'unchanged' if path.read_bytes() == content else 'written'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
