"""pyproject.toml says what is needed; the lock, the conda file and make keep to it."""

import ast
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib

import pytest
from IPython.core.inputtransformer2 import TransformerManager
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import address
import lock
from notebooks import PATHS, ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
MACHINES = {"linux": "x86_64", "darwin": "arm64", "win32": "AMD64"}


@pytest.mark.parametrize("system", MACHINES)
@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_lock_satisfies_pyproject(python, system):
    machine = {"python_version": python, "python_full_version": f"{python}.5"}
    machine |= {"sys_platform": system, "platform_machine": MACHINES[system]}
    lines = re.findall(r"^([a-z].*?) \\$", lock.LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    chosen = {
        canonicalize_name(pin.name): next(iter(pin.specifier)).version
        for pin in map(Requirement, lines)
        if pin.marker is None or pin.marker.evaluate(machine)
    }
    for requirement in map(Requirement, lock.wanted()):
        version = chosen.get(canonicalize_name(requirement.name), "missing")
        fits = version != "missing" and requirement.specifier.contains(version)
        assert fits, f"{requirement} is {version} in the lock: run make lock"


def test_lock_names_no_address():
    assert "://" not in lock.LOCK.read_text(encoding="utf-8")


def test_conda_takes_a_supported_python_and_the_lock():
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    python = re.search(r"- python=(.*)", text)[1]
    assert python in Requirement(f"python{PROJECT['requires-python']}").specifier
    assert re.search(r"- pip:\n +- -r requirements.lock\n$", text)


def test_everything_that_lessons_import_is_declared():
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "utils").rglob("*.py")]
    for path in PATHS:
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                sources.append(TransformerManager().transform_cell("".join(cell["source"])))
    names = set()
    for node in (node for source in sources for node in ast.walk(ast.parse(source))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module.split(".")[0])
    extras = PROJECT["optional-dependencies"]
    allowed = PROJECT["dependencies"] + extras["jax"] + extras["torch"]
    declared = {canonicalize_name(Requirement(text).name) for text in allowed}
    owners = importlib.metadata.packages_distributions()
    for name in names - set(sys.stdlib_module_names) - {"utils", "google"}:  # google.colab
        assert declared & set(map(canonicalize_name, owners.get(name, [name]))), name


# Makes an environment with itself as its Python, and notes what it is asked to do.
STAND_IN = """#!/bin/sh
case "$*" in
  *ensurepip*) exit $MISFIT ;;
  "-m venv"*) rm -rf .venv; mkdir -p .venv/bin; cp "$0" .venv/bin/python ;;
esac
echo "$*" >> calls
case "$*" in *"$FAIL"*) exit 1 ;; esac
"""


@pytest.mark.skipif(os.name == "nt" or not shutil.which("make"), reason="needs make")
def test_set_up_once_and_again_after_a_change_and_never_half(tmp_path):
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "python").write_text(STAND_IN)
    (tmp_path / "python").chmod(0o755)
    stamp, calls = tmp_path / ".venv" / ".stamp", tmp_path / "calls"

    def setup(fail="nothing", misfit="0"):
        calls.write_text("")
        env = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL")}
        command = ["make", "setup", f"PYTHON={tmp_path}/python"]
        env |= {"FAIL": fail, "MISFIT": misfit}
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
        return done.returncode, len(calls.read_text().splitlines()), done.stderr

    assert "Python 3.11, 3.12 or 3.13" in setup(misfit="1")[2]
    for count, step in enumerate(("-m venv", "pip install --quiet", ".lock", "-e ."), 2):
        assert setup(fail=step)[:2] == (2, count)  # the version is asked for first
        assert not stamp.exists()
    assert setup() == (0, 5, "")
    assert setup() == (0, 0, "")
    os.utime(stamp, (0, 0))
    assert setup(fail=".lock")[:2] == (2, 1)  # what there is stays, and is still out of date
    assert setup() == (0, 2, "")


def test_a_new_address_reaches_every_link(tmp_path):
    text = '[project.urls]\nRepository = "https://github.com/{0}"\n# x/gh/{0}/main y/github/{0}/b'
    (tmp_path / "pyproject.toml").write_text(text.format("a/b") + " github.com/a/b-2")
    assert address.change("https://github.com/me/my.lab", tmp_path) == ["pyproject.toml"]
    expected = text.format("me/my.lab") + " github.com/a/b-2"
    assert (tmp_path / "pyproject.toml").read_text() == expected
    with pytest.raises(ValueError, match="NAME/REPOSITORY"):
        address.change("https://elsewhere.net/me/lab", tmp_path)
