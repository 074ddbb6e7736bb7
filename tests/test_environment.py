"""What the project needs is said once, in pyproject.toml; and the way from there to an environment.

The set-up is tested with stand-ins for Python and pip. That it really installs is what `make test`
itself shows, because it runs the set-up first.
"""

from __future__ import annotations

import ast
import builtins
import importlib.metadata
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from types import ModuleType

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = {
    "help",
    "setup",
    "lab",
    "test",
    "oracles",
    "run",
    "results",
    "bench",
    "lock",
    "lint",
    "clean",
}
PLATFORMS = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    "mac": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
    "windows": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
}
MACHINES = {"linux": "x86_64", "mac": "arm64", "windows": "AMD64"}
posix_only = pytest.mark.skipif(os.name == "nt", reason="the stand-ins are shell scripts")
needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def load(name: str) -> ModuleType:
    """Import a file of tools/, which is no package."""
    spec = importlib.util.spec_from_file_location(f"tools_{name}", ROOT / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


lock_tool = load("lock")
setup = load("setup_environment")
PYPROJECT = lock_tool.project()
DEPENDENCIES = PYPROJECT["project"]["dependencies"]


def entries() -> list[tuple[str, str, Marker | None, list[str]]]:
    """The lock as (name, version, marker, hashes)."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    text = re.sub(r"\\\n\s*", "", text)
    found = []
    for line in text.splitlines():
        if line and not line.startswith("#"):
            pin, *hashes = re.split(r"\s*--hash=", line)
            requirement = Requirement(pin)
            (specifier,) = requirement.specifier
            assert specifier.operator == "==", pin
            name = canonicalize_name(requirement.name)
            found.append((name, specifier.version, requirement.marker, hashes))
    return found


ENTRIES = entries()


def pins(python: str, platform: str) -> dict[str, str]:
    """What the lock installs on one Python and system."""
    environment = {
        **PLATFORMS[platform],
        "platform_machine": MACHINES[platform],
        "python_version": python,
        "python_full_version": f"{python}.5",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "extra": "",
    }
    chosen: dict[str, str] = {}
    for name, version, marker, _ in ENTRIES:
        if marker is None or marker.evaluate(environment):
            assert name not in chosen, f"{name} is pinned twice for {python} on {platform}"
            chosen[name] = version
    return chosen


def project_files() -> list[Path]:
    """The files that are, or are about to be, under version control."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    paths = [ROOT / name.decode() for name in listed.stdout.split(b"\0") if name]
    return [path for path in paths if path.is_file()]


# What is needed, said once


def test_the_conda_environment_lists_what_pyproject_lists():
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    head, listed = text.split("  - pip:\n")
    assert [line.strip()[2:].strip('"') for line in listed.splitlines()] == DEPENDENCIES
    assert re.search(r"^  - python=3\.11$", head, re.MULTILINE)
    assert re.search(r"^  - pip$", head, re.MULTILINE)
    assert text == lock_tool.environment_yml(PYPROJECT), "run `make lock`"


def test_a_requirement_with_a_marker_is_quoted_in_the_conda_environment():
    text = lock_tool.environment_yml(
        {"project": {"name": "x", "dependencies": ["a; sys_platform == 'linux'", "b[c]>=1,<2"]}}
    )
    assert text.endswith("""      - "a; sys_platform == 'linux'"\n      - b[c]>=1,<2\n""")


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_the_lock_satisfies_every_requirement(python, platform):
    chosen = pins(python, platform)
    for text in lock_tool.to_lock(PYPROJECT):
        requirement = Requirement(text)
        version = chosen.get(canonicalize_name(requirement.name))
        assert version is not None, f"{text} is not in the lock: run `make lock`"
        assert requirement.specifier.contains(version), f"{text} against {version}: `make lock`"


def test_what_shapes_the_outputs_has_one_version_on_every_python_and_system():
    versions = {
        tuple(pins(python, platform)[name] for name in ("tensorflow", "keras", "numpy", "scipy"))
        for python in ("3.11", "3.12", "3.13")
        for platform in PLATFORMS
    }
    assert len(versions) == 1


def test_the_lock_names_what_its_packages_need():
    here = "windows" if os.name == "nt" else "mac" if sys.platform == "darwin" else "linux"
    chosen = pins(f"3.{sys.version_info.minor}", here)
    looked_at = 0
    for name, version in chosen.items():
        try:
            distribution = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        if distribution.version != version:
            continue
        looked_at += 1
        for text in distribution.requires or []:
            need = Requirement(text)
            if need.marker is None or need.marker.evaluate({"extra": ""}):
                pinned = chosen.get(canonicalize_name(need.name))
                assert pinned is not None, f"{name} needs {text}, which is not in the lock"
                assert need.specifier.contains(pinned, prereleases=True), f"{name} needs {text}"
    assert looked_at > 50, "hardly a locked package is installed: is this the environment?"


def test_every_pin_has_a_sha256_and_the_lock_names_no_place():
    assert len(ENTRIES) > 100
    for name, _, _, hashes in ENTRIES:
        assert hashes, f"{name} has no hash"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", value) for value in hashes), name
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert not re.search(r"://|file:|@ |--index|--find-links|--extra|--trusted|[ =]/", text)


def test_optional_groups_fit_the_lock():
    chosen = pins("3.12", "linux")
    for group, requirements in PYPROJECT["project"]["optional-dependencies"].items():
        for text in requirements:
            requirement = Requirement(text)
            version = chosen.get(canonicalize_name(requirement.name))
            assert version is None or requirement.specifier.contains(version), f"{group}: {text}"


def test_packages_whose_content_is_data_are_pinned_exactly():
    exact = {Requirement(text).name for text in DEPENDENCIES if "==" in text}
    assert {"keras", "babel", "num2words", "nbval"} <= exact
    scikit_learn = next(Requirement(t) for t in DEPENDENCIES if t.startswith("scikit-learn"))
    assert len({s for s in (f"1.{n}.0" for n in range(50)) if s in scikit_learn.specifier}) == 1


def test_the_supported_pythons_are_the_same_everywhere():
    requires = SpecifierSet(PYPROJECT["project"]["requires-python"])
    supported = [(3, minor) for minor in range(6, 30) if requires.contains(f"3.{minor}.5")]
    assert supported == list(setup.SUPPORTED) == [(3, 11), (3, 12), (3, 13)]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "python3 python3.13 python3.12 python3.11 python" in makefile


def imported(source: str) -> set[str]:
    """Top-level names of the modules that a piece of Python imports."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            names.add(node.module.split(".")[0])
    return names


def test_everything_imported_is_declared():
    declared = {canonicalize_name(Requirement(text).name) for text in DEPENDENCIES}
    for requirements in PYPROJECT["project"]["optional-dependencies"].values():
        declared |= {canonicalize_name(Requirement(text).name) for text in requirements}
    of_module = importlib.metadata.packages_distributions()
    folders = [ROOT / name for name in ("utils", "tests", "tools")]
    sources = {p: p.read_text(encoding="utf-8") for f in folders for p in f.rglob("*.py")}
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        lines = "\n".join(code).splitlines()
        sources[path] = "\n".join("" if line[:1] in "%!" else line for line in lines)
    local = {path.stem for path in sources} | {"utils", "tests", "tools"}
    for path, source in sources.items():
        for name in imported(source) - local - set(sys.stdlib_module_names):
            owners = {canonicalize_name(owner) for owner in of_module.get(name, [name])}
            assert owners & declared, f"{path.name} imports {name}: add it to pyproject.toml"


# Nothing of one machine in the project


def test_no_file_names_a_package_index_or_a_folder_of_this_machine():
    # In pieces, so that this file does not name them.
    dot = "."
    indexes = [
        f"{name}{dot}{end}"
        for name, end in [
            ("pypi", "org"),
            ("pythonhosted", "org"),
            ("npmjs", "org"),
            ("npmjs", "com"),
            ("anaconda", "org"),
            ("deb" + "ian", "org"),
            ("crates", "io"),
        ]
    ]
    folders = [folder for folder in (ROOT, Path.home()) if len(folder.parts) > 2]
    places = indexes + [f"{folder}{os.sep}" for folder in folders]
    for path in project_files():
        content = path.read_bytes()
        for place in places:
            assert place.encode() not in content, f"{path.relative_to(ROOT)} names {place}"
        assert path.name != "uv.lock", "uv.lock names package indexes: leave it out"


def test_notebooks_and_bundled_data_have_the_same_bytes_on_every_system():
    rules = (ROOT / ".gitattributes").read_text(encoding="utf-8").splitlines()
    assert "* text=auto eol=lf" in rules
    assert "*.ipynb text eol=lf" in rules
    assert "datasets/** -text" in rules


def test_the_environment_is_not_committed():
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    assert {".venv/", "uv.lock", "*.egg-info/", ".ipynb_checkpoints/"} <= set(ignored)


# The commands


def make(*arguments: str, text: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    """Run make as a person would, not as a part of the make that may run these tests."""
    own = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "KERAS_BACKEND")
    env = {name: value for name, value in os.environ.items() if name not in own}
    return subprocess.run(
        ["make", *arguments],
        cwd=ROOT,
        env={**env, **variables},
        input=text,
        text=True,
        capture_output=True,
        timeout=60,
    )


@needs_make
def test_make_alone_lists_every_command():
    for arguments in ([], ["help"]):
        shown = make(*arguments)
        assert shown.returncode == 0, shown.stderr
        assert set(re.findall(r"^  make (\w+) +\S", shown.stdout, re.MULTILINE)) == COMMANDS
    declared = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(declared.group(1).split()) == COMMANDS


@needs_make
def test_what_a_person_has_set_for_other_projects_does_not_reach_the_lessons():
    recipe = "include Makefile\nshow:\n\t@echo [$$KERAS_BACKEND] [$$PYTHONPATH] [$$MPLBACKEND]\n"
    theirs = {"KERAS_BACKEND": "jax", "PYTHONPATH": "elsewhere", "MPLBACKEND": "svg"}
    assert make("-f", "-", "show", text=recipe, **theirs).stdout == "[tensorflow] [] []\n"
    asked = make("-f", "-", "show", "BACKEND=jax", text=recipe)
    assert asked.stdout == "[jax] [] []\n"


@needs_make
def test_make_test_runs_tests_and_notebooks_in_one_strict_call():
    shown = make("-n", "test").stdout
    assert "-m pytest -n 2 --dist loadscope" in shown
    options = PYPROJECT["tool"]["pytest"]["ini_options"]
    assert options["testpaths"] == ["tests", "notebooks"]
    for option in ("--nbval", "--nbval-current-env", "--nbval-cell-timeout"):
        assert option in re.split(r"[ =]", options["addopts"])
    assert "--nbval-lax" not in options["addopts"]


@needs_make
def test_a_lesson_that_does_not_exist_is_named():
    # With -n nothing is set up or executed.
    shown = make("-n", "run", "LESSON=99")
    assert shown.returncode != 0
    assert "LESSON=99 fits no file in notebooks/" in shown.stderr


@needs_make
@posix_only
def test_make_without_any_python_says_so(tmp_path):
    for tool in ("sh", "env"):
        (tmp_path / tool).symlink_to(shutil.which(tool))
    program = shutil.which("make")
    done = subprocess.run(
        [program, "setup", "SHELL=" + shutil.which("sh")],
        cwd=ROOT,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    assert "No Python was found: install Python 3.11, 3.12 or 3.13" in done.stderr


def test_ci_runs_what_a_person_runs():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    lines = [line for line in script.splitlines() if line and not line.startswith("#")]
    assert lines[0] == "set -euo pipefail"
    assert lines[1].startswith("cd ")
    # What cannot be installed there is skipped by the tests, which say so.
    assert lines[2].startswith("make oracles || echo ")
    assert lines[3:] == ["exec make test"]


def test_binder_makes_utils_importable():
    script = (ROOT / "postBuild").read_text(encoding="utf-8")
    assert script.startswith("#!")
    assert "python -m pip install --no-deps --editable ." in script
    if os.name != "nt":
        assert os.access(ROOT / "postBuild", os.X_OK)


# The set-up: which Python


def facts(**changed: object) -> dict[str, object]:
    """What a fitting interpreter says of itself."""
    return {
        "version": [3, 12, 1],
        "implementation": "CPython",
        "bits": 64,
        "threads": False,
        "system": "Linux",
        "machine": "x86_64",
        "musl": False,
        "glibc": "2.36",
        "venv": True,
        "executable": "/usr/bin/python3",
        **changed,
    }


@pytest.fixture
def interpreters(tmp_path, monkeypatch):
    """A PATH with nothing but stand-ins: a dict of facts for each name, or None for a dead shim."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setattr(sys, "executable", "")

    def install(**found: dict[str, object] | None) -> None:
        for name, told in found.items():
            path = folder / name.replace("_", ".")
            answer = f"echo '{json.dumps(told)}'" if told else "echo not chosen >&2; exit 127"
            path.write_text(f"#!/bin/sh\n{answer}\n")
            path.chmod(0o755)
        monkeypatch.setenv("PATH", str(folder))

    return install


def test_the_set_up_starts_on_any_python_3():
    source = (ROOT / "tools" / "setup_environment.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 6))
    assert imported(source) <= set(sys.stdlib_module_names)
    assert "__future__" not in source  # annotations from there came with 3.7


def test_this_python_would_do():
    assert setup.complaint(setup.ask([sys.executable])) == ""


@posix_only
def test_a_shim_that_does_not_run_is_passed_over(interpreters):
    interpreters(python3=None, python3_13=None, python3_12=facts())
    command, told = setup.find_python()
    assert command == ["python3.12"]
    assert told["version"] == [3, 12, 1]


@posix_only
def test_an_old_python_first_on_the_path_is_passed_over(interpreters):
    interpreters(python3=facts(version=[3, 9, 6]), python3_11=facts(version=[3, 11, 2]))
    assert setup.find_python()[0] == ["python3.11"]


@posix_only
def test_one_that_can_make_environments_is_preferred(interpreters):
    interpreters(python3=facts(venv=False), python3_12=facts())
    assert setup.find_python()[0] == ["python3.12"]


@posix_only
def test_without_a_fitting_python_those_found_are_named(interpreters):
    interpreters(
        python3=facts(version=[3, 14, 0], executable="/usr/bin/python3"),
        python=facts(version=[2, 7, 18], executable="/usr/bin/python"),
    )
    with pytest.raises(setup.SetupError) as error:
        setup.find_python()
    message = str(error.value)
    assert "No fitting Python was found: Python 3.11, 3.12 or 3.13" in message
    assert "found Python 3.14.0 (/usr/bin/python3): it is too new" in message
    assert "found Python 2.7.18 (/usr/bin/python): it is too old" in message
    assert "make lab PYTHON=" in message


@posix_only
def test_without_ensurepip_the_package_that_has_it_is_named(interpreters):
    interpreters(python3=facts(venv=False, version=[3, 13, 5]))
    with pytest.raises(setup.SetupError, match=r"sudo apt install python3\.13-venv"):
        setup.find_python()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"version": [3, 10, 13]}, "too old"),
        ({"version": [3, 14, 0]}, "too new"),
        ({"implementation": "PyPy"}, "PyPy, not CPython"),
        ({"threads": True}, "free-threaded"),
        ({"bits": 32}, "32-bit"),
        ({"system": "Darwin", "machine": "x86_64", "glibc": ""}, "Intel"),
        ({"system": "Windows", "machine": "ARM64", "glibc": ""}, "Windows on ARM"),
        ({"musl": True, "glibc": ""}, "musl"),
        ({"glibc": "2.17"}, "glibc 2.17"),
        ({"venv": False}, "ensurepip is missing"),
    ],
)
def test_an_interpreter_that_will_not_do(changed, words):
    assert words in setup.complaint(facts(**changed))


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"machine": "aarch64"},
        {"system": "Darwin", "machine": "arm64", "glibc": ""},
        {"system": "Windows", "machine": "AMD64", "glibc": ""},
    ],
)
def test_an_interpreter_that_will_do(changed):
    assert setup.complaint(facts(**changed)) == ""


@posix_only
def test_a_chosen_python_has_to_run_and_to_fit(interpreters):
    interpreters(python3=facts(), mine=facts(version=[3, 8, 1]), good=facts(version=[3, 13, 0]))
    with pytest.raises(setup.SetupError, match="PYTHON=nowhere does not run"):
        setup.find_python("nowhere")
    with pytest.raises(setup.SetupError, match="PYTHON=mine is too old"):
        setup.find_python("mine")
    assert setup.find_python("good")[0] == ["good"]


# The set-up: room, failures


def usage(free: float) -> object:
    return lambda path: shutil._ntuple_diskusage(10**12, 10**12 - free, int(free))


def test_too_little_disk_is_said_before_anything_is_done(tmp_path, monkeypatch):
    monkeypatch.setattr(setup.shutil, "disk_usage", usage(1.5 * setup.GIB))
    with pytest.raises(setup.SetupError, match=r"1\.5 GB are free; make 3\.0 GB free"):
        setup.check_disk(tmp_path, tmp_path / ".venv", needed_gib=4.5)
    monkeypatch.setattr(setup.shutil, "disk_usage", usage(5 * setup.GIB))
    setup.check_disk(tmp_path, tmp_path / ".venv", needed_gib=4.5)


def test_what_is_unpacked_already_needs_no_room(tmp_path, monkeypatch):
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "library").write_bytes(b"x" * 3000)
    monkeypatch.setattr(setup.shutil, "disk_usage", usage(2000))
    setup.check_disk(tmp_path, tmp_path / ".venv", needed_gib=4000 / setup.GIB)
    with pytest.raises(setup.SetupError, match="Too little room"):
        setup.check_disk(tmp_path, tmp_path / ".venv", needed_gib=6000 / setup.GIB)


@pytest.mark.parametrize(
    ("output", "returncode", "words"),
    [
        ("ERROR: Could not install packages: [Errno 28] No space left on device", 1, "disk"),
        ("OSError: [Errno 122] Disk quota exceeded: 'x'", 1, "quota"),
        (
            "WARNING: Retrying (Retry(total=4)) after connection broken by 'NewConnectionError("
            "Failed to establish a new connection: [Errno 111] Connection refused')'\n"
            "ERROR: No matching distribution found for pip==26.3",
            1,
            "check the network",
        ),
        ("socket.gaierror: [Errno -3] Temporary failure in name resolution", 1, "the network"),
        ("urllib3.exceptions.ReadTimeoutError: Read timed out.", 1, "check the network"),
        ("SSLError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate')", 1, "PIP_CERT"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS", 1, "cache purge"),
        ("ERROR: No matching distribution found for keras==3.15.1", 1, "no file of keras"),
        ("PermissionError: [Errno 13] Permission denied: '.venv'", 1, "yours to write to"),
        ("OSError: [Errno 30] Read-only file system", 1, "could not be written"),
        ("ImportError: DLL load failed while importing _pywrap", 1, "Visual C++"),
        ("python: No module named pip", 1, "delete the folder .venv"),
        ("", -4, "AVX"),
        ("", -9, "memory"),
        ("first\nsomething else\n", 1, "The set-up failed: something else"),
    ],
)
@posix_only
def test_a_failure_is_answered_with_what_mends_it(output, returncode, words, tmp_path):
    message = setup.how_to_mend(output, returncode, tmp_path / "setup.log")
    assert words in message
    assert "{" not in message


@posix_only
def test_a_package_index_that_cannot_be_reached(tmp_path):
    venv = tmp_path / ".venv"
    venv.mkdir()
    command = [
        *(sys.executable, "-m", "pip", "--isolated", "install", "--dry-run", "--retries", "1"),
        *("--index-url", "http://127.0.0.1:9/simple", "a-package-of-no-index"),
    ]
    with pytest.raises(setup.SetupError, match="The package index could not be reached"):
        setup.run_logged(command, venv)
    assert "a-package-of-no-index" in (venv / "setup.log").read_text()


@posix_only
def test_a_download_that_breaks_off_because_the_disk_is_full(tmp_path, monkeypatch):
    venv = tmp_path / ".venv"
    venv.mkdir()
    command = ["sh", "-c", "echo 'WARNING: Connection interrupted while downloading.'; exit 1"]
    with pytest.raises(setup.SetupError, match="check the network"):
        setup.run_logged(command, venv)
    monkeypatch.setattr(setup.shutil, "disk_usage", usage(4096))
    with pytest.raises(setup.SetupError, match="The disk .* is full"):
        setup.run_logged(command, venv)


def test_a_folder_that_cannot_be_written(project, monkeypatch):
    def refuse(self, **done):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(setup.State, "save", refuse)
    with pytest.raises(setup.SetupError, match="see that this folder is yours to write to"):
        project.set_up()


# The set-up: nothing twice, nothing half done


class Project:
    """A folder with the files that the set-up reads, and stand-ins for the commands it runs."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.venv = root / ".venv"
        self.calls: list[str] = []
        self.fail_at = ""
        for name in ("requirements.lock", "pyproject.toml"):
            shutil.copy(ROOT / name, root / name)

    def run(self, command: list[str], venv: Path, display: object = None) -> str:
        """Note which step a command belongs to; make the interpreter when it is asked for."""
        text = " ".join(map(str, command))
        steps = {
            "-m venv": "venv",
            "first.lock": "installer",
            "requirements.lock": "packages",
            "--editable": "project",
            "tensorflow": "check",
        }
        step = next(step for sign, step in steps.items() if sign in text)
        self.calls.append(step)
        if step == self.fail_at:
            raise KeyboardInterrupt
        if step == "venv":
            python = setup.venv_python(venv)
            python.parent.mkdir(parents=True)
            python.symlink_to(sys.executable)
        return ""

    def set_up(self, chosen: str = "") -> list[str]:
        """Run what is left; return the steps."""
        self.calls.clear()
        if not setup.is_ready(self.root, self.venv):
            setup.set_up(self.root, self.venv, chosen)
        return list(self.calls)


@pytest.fixture
def project(tmp_path, monkeypatch):
    made = Project(tmp_path)
    monkeypatch.setattr(setup, "run_logged", made.run)
    monkeypatch.setattr(setup.shutil, "disk_usage", usage(100 * setup.GIB))
    return made


EVERYTHING = ["venv", "installer", "packages", "project", "check"]


@posix_only
def test_a_second_set_up_does_nothing(project, capsys):
    assert project.set_up() == EVERYTHING
    steps = re.findall(r"^\[(\d)/4\]", capsys.readouterr().out, re.MULTILINE)
    assert steps == ["1", "2", "3", "4"]
    assert project.set_up() == []
    assert capsys.readouterr().out == ""


@posix_only
@pytest.mark.parametrize("step", EVERYTHING)
def test_an_interrupted_set_up_goes_on_where_it_stopped(project, step):
    project.fail_at = step
    with pytest.raises(KeyboardInterrupt):
        project.set_up()
    assert not setup.is_ready(project.root, project.venv)
    project.fail_at = ""
    start = {"installer": 1, "packages": 1, "project": 3, "check": 4}.get(step, 0)
    assert project.set_up() == EVERYTHING[start:]
    assert project.set_up() == []


@posix_only
def test_only_what_changed_is_done_again(project):
    project.set_up()
    with (project.root / "requirements.lock").open("a") as lock:
        lock.write("# changed\n")
    assert project.set_up() == ["installer", "packages", "check"]
    with (project.root / "pyproject.toml").open("a") as pyproject:
        pyproject.write("# changed\n")
    assert project.set_up() == ["project", "check"]


@posix_only
def test_line_ends_are_no_change(project):
    project.set_up()
    lock = project.root / "requirements.lock"
    lock.write_bytes(lock.read_bytes().replace(b"\n", b"\r\n"))
    assert project.set_up() == []


@posix_only
def test_a_moved_folder_is_made_importable_again(project, tmp_path_factory):
    project.set_up()
    moved = tmp_path_factory.mktemp("moved") / "lab"
    shutil.move(str(project.root), str(moved))
    project.root, project.venv = moved, moved / ".venv"
    assert project.set_up() == ["project", "check"]


@posix_only
def test_an_environment_whose_python_is_gone_is_made_anew(project):
    project.set_up()
    python = setup.venv_python(project.venv)
    python.unlink()
    python.symlink_to(project.root / "uninstalled")
    (project.venv / "old").touch()
    assert project.set_up() == EVERYTHING
    assert not (project.venv / "old").exists()


@posix_only
def test_an_environment_that_is_a_link_stays_one(project, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    project.venv.symlink_to(elsewhere)
    assert project.set_up() == EVERYTHING
    setup.venv_python(project.venv).unlink()
    assert project.set_up() == EVERYTHING
    assert project.venv.is_symlink()


def test_what_somebody_else_put_there_is_left_alone(project):
    project.venv.mkdir()
    (project.venv / "thesis.txt").write_text("mine")
    with pytest.raises(setup.SetupError, match=r"\.venv was not made by this command"):
        project.set_up()
    assert (project.venv / "thesis.txt").read_text() == "mine"


@posix_only
def test_an_environment_made_by_hand_is_used(project):
    python = setup.venv_python(project.venv)
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    assert project.set_up() == EVERYTHING[1:]


def test_packages_that_pip_had_not_finished_are_installed_again(tmp_path):
    site = tmp_path / "lib" / "python3.12" / "site-packages"
    for name, files in {
        "whole-1.dist-info": ("METADATA", "RECORD", "INSTALLER"),
        "half-1.dist-info": ("METADATA", "RECORD"),
        "begun-1.dist-info": ("METADATA",),
    }.items():
        (site / name).mkdir(parents=True)
        for file in files:
            (site / name / file).touch()
    setup.drop_halves(tmp_path)
    assert [path.name for path in site.iterdir()] == ["whole-1.dist-info"]


def test_what_comes_first_is_installed_by_hash():
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for name in ("pip", "setuptools"):
        lines = setup.entry(text, name).splitlines()
        assert re.match(rf"{name}==\S+ \\$", lines[0])
        assert len(lines) >= 3
        assert all(line.strip().startswith("--hash=sha256:") for line in lines[1:])
    with pytest.raises(setup.SetupError, match="does not name no-such-package"):
        setup.entry(text, "no-such-package")


@posix_only
def test_two_set_ups_at_once_take_turns(tmp_path, capsys):
    file = tmp_path / "lock"
    file.touch()
    second_has_begun = threading.Event()

    def second() -> None:
        with setup.alone(file):
            second_has_begun.set()

    thread = threading.Thread(target=second)
    with setup.alone(file):
        thread.start()
        assert not second_has_begun.wait(0.3)
    assert second_has_begun.wait(10)
    thread.join()
    assert "waiting until it is done" in capsys.readouterr().out


def test_where_lines_cannot_be_rewritten_only_what_takes_long_is_named(capsys):
    display = setup.Display(160)
    for line in (
        "Collecting six==1.17.0 (from -r requirements.lock (line 10))",
        "  Downloading six-1.17.0-py2.py3-none-any.whl (11 kB)",
        "Collecting tensorflow==2.21.0 (from -r requirements.lock (line 20))",
        "  Downloading tensorflow-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl (572.6 MB)",
        "Processing /mirror/files/keras-3.15.1-py3-none-any.whl (from -r requirements.lock)",
        "Progress 300000000 of 572600000",
        "WARNING: Attempting to resume incomplete download (300 MB/572.6 MB, attempt 1)",
        "Installing collected packages: six, tensorflow",
    ):
        display.line(line)
    display.close()
    assert capsys.readouterr().out.splitlines() == [
        "      downloading tensorflow (572.6 MB)",
        "      the network does not answer, trying again",
        "      unpacking them: about a minute",
    ]
    assert display.count == 3
    assert display.text == "unpacking"


def test_settings_that_would_lead_pip_astray_are_left_out(monkeypatch):
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PIP_TARGET", "elsewhere")
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    monkeypatch.setenv("PIP_INDEX_URL", "a mirror in the class")
    env = setup.clean_environment()
    assert not {"PIP_USER", "PIP_TARGET", "PYTHONPATH"} & set(env)
    assert env["PIP_INDEX_URL"] == "a mirror in the class"


def test_a_failed_set_up_ends_with_one_sentence(monkeypatch, capsys):
    def fail(*arguments):
        raise setup.SetupError("The reason: what to do.")

    monkeypatch.setattr(setup, "is_ready", lambda root, venv: False)
    monkeypatch.setattr(setup, "set_up", fail)
    monkeypatch.setattr(builtins, "input", fail)  # and asks nothing
    assert setup.main([]) == 1
    assert capsys.readouterr().err.strip() == "Not set up. The reason: what to do."
