"""Derive requirements.lock from pyproject.toml: ``make lock``.

The lock pins every package, with the SHA-256 of its files, for all Pythons and systems. It names
no index, so that files come from wherever a machine is set up to look.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
EXTRAS = ("jupyter", "tests", "lint")  # what everybody gets who sets up with make


def wanted(root: Path = ROOT) -> list[str]:
    """Requirements that the lock has to satisfy, as pyproject.toml writes them.

    What builds the project is one of them, because it is installed without build isolation.
    """
    pyproject = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    optional = pyproject["project"]["optional-dependencies"]
    return [
        *pyproject["build-system"]["requires"],
        *pyproject["project"]["dependencies"],
        *(requirement for extra in EXTRAS for requirement in optional[extra]),
    ]


def main() -> int:
    """Write the lock and say whether it changed; the status of uv, which explains a failure."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that fit")
    command = [
        *(sys.executable, "-m", "uv", "pip", "compile", "-", "--quiet", "--universal"),
        *("--python-version=3.11", "--generate-hashes", "--no-emit-index-url", "--no-annotate"),
        "--fork-strategy=fewest",  # one version for all Pythons, so that outputs agree
        *("--custom-compile-command=make lock", f"--output-file={LOCK}"),
        *(["--upgrade"] if parser.parse_args().upgrade else []),
    ]
    before = LOCK.read_bytes() if LOCK.exists() else b""
    done = subprocess.run(command, input="\n".join(wanted()), text=True, stdout=subprocess.DEVNULL)
    if done.returncode == 0:
        print(f"{LOCK.name}: {'unchanged' if LOCK.read_bytes() == before else 'written'}")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
