"""Create .venv with all that requirements.lock names, and the project itself: ``make setup``.

    python3 tools/setup_environment.py [--python PYTHON]

Any Python from 3.6 on can start this file, so that it can say which one is needed; it uses the
standard library only. What is there already is not done again, and an interrupted set-up goes on
where it stopped. Every way in which it can fail ends with a sentence that says how to mend it.
"""

import argparse
import contextlib
import hashlib
import json
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Tuple

ROOT = Path(__file__).resolve().parents[1]
WINDOWS = os.name == "nt"
SUPPORTED = ((3, 11), (3, 12), (3, 13))  # test_environment.py compares it with pyproject.toml
GIB = 1024**3
# Measured on Linux with Python 3.11 to 3.13: the finished .venv, and the most it takes on the way,
# when the downloads and their copies in pip's cache still lie beside what was unpacked.
VENV_GIB = 2.8
NEEDED_GIB = 4.5
FULL = 20 * 1024**2  # bytes free on a disk that is as good as full
BIG_MB = 20  # a download of more than this is named

# Asked of every interpreter that might do. Written for any Python 3.
QUESTIONS = """
import json, platform, struct, sys, sysconfig
try:
    import ensurepip, venv
    venv = True
except ImportError:
    venv = False
print(json.dumps({
    "version": list(sys.version_info[:3]),
    "implementation": platform.python_implementation(),
    "bits": struct.calcsize("P") * 8,
    "threads": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
    "system": platform.system(),
    "machine": platform.machine(),
    "musl": "musl" in str(sysconfig.get_config_var("SOABI")),
    "glibc": platform.libc_ver()[1] if platform.libc_ver()[0] == "glibc" else "",
    "venv": venv,
    "executable": sys.executable,
}))
"""


class SetupError(Exception):
    """The set-up cannot go on; the message says why and how to mend it."""


# What is there already


class State:
    """What the set-up has finished, kept in a file inside the environment.

    The file is written before anything else, which also marks the folder as made here.
    """

    def __init__(self, venv: Path) -> None:
        self.path = venv / "lstm-lab.json"
        try:
            self.done = json.loads(self.path.read_text())  # type: Dict[str, Any]
        except (OSError, ValueError):
            self.done = {}

    def save(self, **done: Any) -> None:
        """Note what has been done; the file is replaced in one step."""
        self.done.update(done)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = self.path.with_suffix(".new")
        new.write_text(json.dumps(self.done, indent=1, sort_keys=True) + "\n")
        os.replace(str(new), str(self.path))


def venv_python(venv: Path) -> Path:
    """Return where the environment's interpreter is."""
    return venv / "Scripts" / "python.exe" if WINDOWS else venv / "bin" / "python"


def digest(path: Path) -> str:
    """Return the SHA-256 of a file's lines, whatever their ends."""
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def wanted(root: Path) -> Dict[str, str]:
    """Return what the finished environment has to have been made from."""
    return {
        "lock": digest(root / "requirements.lock"),
        "project": digest(root / "pyproject.toml"),
        "folder": str(root),
    }


def is_ready(root: Path, venv: Path) -> bool:
    """Tell whether nothing is left to do."""
    done = State(venv).done
    return (
        os.access(str(venv_python(venv)), os.X_OK)
        and done.get("checked") is True
        and all(done.get(name) == value for name, value in wanted(root).items())
    )


# Which Python


def ask(command: List[str]) -> Optional[Dict[str, Any]]:
    """Ask an interpreter what it is; None if it does not run.

    A pyenv shim exists for every version that pyenv knows, and fails when that one is not chosen.
    """
    try:
        done = subprocess.run(
            command + ["-c", QUESTIONS],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            env=clean_environment(),
            timeout=60,
        )
        return json.loads(done.stdout.decode()) if done.returncode == 0 else None
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None


def complaint(facts: Dict[str, Any]) -> str:
    """Return why this interpreter will not do, or an empty string.

    TensorFlow, which decides it, is published for CPython on 64-bit Linux with glibc (x86-64 and
    ARM), on Macs with Apple silicon, and on Windows (x86-64).
    """
    version = tuple(facts["version"][:2])
    machine = facts["machine"].lower()
    if version not in SUPPORTED:
        return "is too old" if version < SUPPORTED[0] else "is too new"
    if facts["implementation"] != "CPython":
        return "is {}, not CPython".format(facts["implementation"])
    if facts["threads"]:
        return "is the free-threaded build"
    if facts["bits"] != 64:
        return "is a 32-bit build"
    if facts["system"] == "Darwin" and machine != "arm64":
        return "is for Macs with Intel processors, for which there is no TensorFlow any more"
    if facts["system"] == "Windows" and machine not in ("amd64", "x86_64"):
        return "is for Windows on ARM, for which there is no TensorFlow"
    if facts["musl"]:
        return "is built with musl (Alpine Linux), for which there is no TensorFlow"
    if facts["glibc"] and tuple(int(n) for n in facts["glibc"].split(".")[:2]) < (2, 28):
        return "runs on glibc {}, and TensorFlow needs 2.28 or newer".format(facts["glibc"])
    if not facts["venv"]:
        return "cannot make environments, because its module venv or ensurepip is missing"
    return ""


def candidates() -> List[List[str]]:
    """Return the commands that might start a fitting Python, the likeliest first."""
    found = [[sys.executable]] if sys.executable else []
    found += [["python3"]] + [["python{}.{}".format(*v)] for v in reversed(SUPPORTED)]
    if WINDOWS:
        found += [["py", "-{}.{}".format(*version)] for version in reversed(SUPPORTED)]
    return found + [["python"]]


def describe(command: List[str], facts: Dict[str, Any]) -> str:
    """Return one interpreter in words."""
    version = ".".join(str(number) for number in facts["version"])
    return "Python {} ({})".format(version, facts.get("executable") or " ".join(command))


def install_hint(without_venv: Optional[Dict[str, Any]] = None) -> str:
    """Return how to get a fitting Python on this system."""
    if without_venv is not None and without_venv["system"] == "Linux":
        package = "python{}.{}-venv".format(*without_venv["version"][:2])
        return "on Debian and Ubuntu, `sudo apt install {}` adds it".format(package)
    if sys.platform == "darwin":
        return "install one, for example with `brew install python@3.13` or from python.org"
    if WINDOWS:
        return "install one, for example with `winget install Python.Python.3.13`"
    return (
        "install one, for example with `sudo apt install python3 python3-venv` (Debian, Ubuntu) "
        "or `sudo dnf install python3.13` (Fedora)"
    )


def find_python(chosen: str = "") -> Tuple[List[str], Dict[str, Any]]:
    """Return the command of a fitting Python and what it says of itself.

    Parameters
    ----------
    chosen
        The interpreter to use, a path or a command. Empty: the first one that fits.

    Raises
    ------
    SetupError
        If none fits; the message names those that were found.
    """
    needed = "Python 3.11, 3.12 or 3.13 (CPython, 64-bit)"
    if chosen:
        facts = ask([chosen])
        if facts is None:
            raise SetupError(
                "PYTHON={} does not run: give the path of {}, or leave PYTHON out.".format(
                    chosen, needed
                )
            )
        problem = complaint(facts)
        if not problem:
            return [chosen], facts
        raise SetupError(
            "PYTHON={} {}: {} is needed; {}, or leave PYTHON out.".format(
                chosen, problem, needed, install_hint(None if facts["venv"] else facts)
            )
        )
    seen = {}  # type: Dict[str, str]
    without_venv = None
    for command in candidates():
        facts = ask(command)
        if facts is None:
            continue
        problem = complaint(facts)
        if not problem:
            return command, facts
        seen.setdefault(describe(command, facts), problem)
        if problem.startswith("cannot make") and without_venv is None:
            without_venv = facts
    lines = ["  found {}: it {}".format(name, problem) for name, problem in seen.items()]
    raise SetupError(
        "\n".join(
            [
                "No fitting Python was found: {} is needed; {}, and repeat the command. If you "
                "have one elsewhere, name it: make lab PYTHON=/path/to/python3.12".format(
                    needed, install_hint(without_venv)
                )
            ]
            + lines
        )
    )


def same_version(venv: Path, chosen: str) -> bool:
    """Tell whether the environment has the Python version that was asked for.

    One that does not run counts as the same: what is there is ready, and stays.
    """
    asked, there = ask([chosen]), ask([str(venv_python(venv))])
    return asked is None or there is None or asked["version"][:2] == there["version"][:2]


# What it needs


def folder_size(folder: Path) -> int:
    """Return the bytes that a folder takes."""
    total = 0
    for parent, _, names in os.walk(str(folder)):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(parent, name)).st_size
    return total


def check_disk(root: Path, venv: Path, needed_gib: float = NEEDED_GIB) -> None:
    """Raise SetupError if the disk has too little room for the environment."""
    free = shutil.disk_usage(str(venv if venv.exists() else root)).free
    if free < needed_gib * GIB:  # only then is it worth while to count what is there already
        missing = needed_gib * GIB - free - folder_size(venv)
        if missing > 0:
            raise SetupError(
                "Too little room on the disk: the set-up needs {:.1f} GB in {} ({:.1f} GB stay "
                "in use) and {:.1f} GB are free; make {:.1f} GB free, or move this folder to a "
                "larger disk, and repeat the command.".format(
                    needed_gib, root, VENV_GIB, free / GIB, missing / GIB
                )
            )


@contextlib.contextmanager
def alone(lock_file: Path) -> Iterator[None]:
    """Wait until no other set-up works on this folder. The lock goes with the process."""
    with contextlib.ExitStack() as stack:
        try:
            import fcntl

            handle = stack.enter_context(lock_file.open("rb"))
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("Another set-up is at work in this folder: waiting until it is done.")
                fcntl.flock(handle, fcntl.LOCK_EX)
        except (ImportError, OSError):
            pass  # Windows, and file systems without locks: two at once are not kept apart
        yield


# Running things


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)


def clean_environment(venv: Optional[Path] = None) -> Dict[str, str]:
    """Return the environment variables for Python and pip.

    Where packages come from (an index, a mirror, a proxy, certificates) stays as it is set up on
    this machine. What would put them elsewhere, or bring in others, is left out. Temporary files
    go into the environment, so that they share its disk.
    """
    env = dict(os.environ)
    for name in ("HOME", "PATH"):
        env.pop("PYTHON" + name, None)
    for name in ("USER", "TARGET", "PREFIX", "ROOT", "CONSTRAINT", "REQUIREMENT", "LOG"):
        env.pop("PIP_" + name, None)
    env["PYTHONUNBUFFERED"] = env["PYTHONNOUSERSITE"] = "1"
    if venv is not None:
        temporary = venv / "tmp"
        temporary.mkdir(exist_ok=True)
        for name in ("TMPDIR", "TEMP", "TMP"):
            env[name] = str(temporary)
    return env


class Display:
    """What pip is doing, in one line that is rewritten, or in few lines where that cannot be."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.count = 0
        self.text = ""
        self.share = ""
        self.drawn = 0.0
        self.live = sys.stdout.isatty()
        self.start = time.monotonic()

    def line(self, text: str) -> None:
        """Take in one line of pip's output."""
        collecting = re.match(r"(Collecting|Processing|Requirement already satisfied:) (\S+)", text)
        download = re.match(r"\s*Downloading (\S+) \(([\d.]+) ([kM]B|GB|bytes)\)", text)
        progress = re.match(r"Progress (\d+) of (\d+)", text)
        if collecting:
            self.count += 1
            name = re.split("[/\\\\]", collecting.group(2))[-1]  # a mirror may be a folder
            self.text, self.share = re.split("==|-[0-9]", name)[0], ""
        elif download:
            name, size, unit = download.groups()
            self.text, self.share = "{} ({} {})".format(name.split("-")[0], size, unit), ""
            if unit == "GB" or (unit == "MB" and float(size) > BIG_MB):
                self.event("downloading " + self.text)
        elif progress and int(progress.group(2)):
            self.share = "{:.0%}".format(int(progress.group(1)) / int(progress.group(2)))
        elif text.startswith("Installing collected packages"):
            self.text, self.share = "unpacking", ""
            self.event("unpacking them: about a minute")
        elif "Retrying (" in text or "resume" in text.lower():
            self.event("the network does not answer, trying again")
        if not progress or time.monotonic() - self.drawn > 0.2:
            self.draw()

    def event(self, text: str) -> None:
        """Say something where no line is rewritten."""
        if not self.live:
            say("      " + text)

    def draw(self) -> None:
        """Rewrite the line."""
        if self.live:
            minutes, seconds = divmod(int(time.monotonic() - self.start), 60)
            text = "      {}:{:02d}  {} of {}  {} {}".format(
                minutes, seconds, self.count, self.total, self.text, self.share
            )
            self.drawn = time.monotonic()
            sys.stdout.write("\r" + text[:78].ljust(78))
            sys.stdout.flush()

    def close(self) -> None:
        """Take the line away."""
        if self.live:
            sys.stdout.write("\r" + " " * 78 + "\r")
            sys.stdout.flush()


def run_logged(command: List[str], venv: Path, display: Optional[Display] = None) -> str:
    """Run a command of the set-up; its output goes to .venv/setup.log.

    Returns
    -------
    The output.

    Raises
    ------
    SetupError
        If it fails; the message says how to mend what the output tells of.
    """
    log_path = venv / "setup.log"
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=clean_environment(venv),
        cwd=str(venv.parent),
    )
    lines = queue.Queue()  # type: queue.Queue[Optional[str]]

    def read() -> None:
        assert process.stdout is not None
        for raw in process.stdout:
            lines.put(raw.decode("utf-8", "replace"))
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    kept = []  # type: List[str]
    lowest = shutil.disk_usage(str(venv)).free
    try:
        with log_path.open("a", encoding="utf-8") as log:
            log.write("$ {}\n".format(" ".join(command)))
            while True:
                try:
                    line = lines.get(timeout=1)
                except queue.Empty:  # a long download: keep the clock going
                    if display:
                        display.draw()
                    continue
                if line is None:
                    break
                if not line.startswith("Progress "):
                    log.write(line)
                    kept.append(line)
                    lowest = min(lowest, shutil.disk_usage(str(venv)).free)
                if display:
                    display.line(line.rstrip("\n"))
    except KeyboardInterrupt:
        process.wait()  # it got the interrupt too
        raise
    except OSError:  # the log cannot be written
        process.kill()
        process.wait()
        raise
    finally:
        if display:
            display.close()
    if process.wait():
        # pip takes a download that no longer fits on the disk for one that broke off.
        full = "No space left on device\n" if lowest < FULL else ""
        raise SetupError(how_to_mend(full + "".join(kept), process.returncode, log_path))
    return "".join(kept)


# What pip and Python say when something is wrong, and what helps. The first that fits counts.
REMEDIES = (
    (
        r"No space left on device|Errno 28\b|[Dd]isk quota exceeded|Errno 122\b|WinError 112\b",
        "The disk (or your quota on it) is full: make {needed:.1f} GB free in this folder and "
        "repeat the command; it goes on where it stopped.",
    ),
    (
        r"DO NOT MATCH THE HASHES|hashes are required|HashMismatch",
        "A downloaded file is not the one that requirements.lock names, so it was not used: run "
        "`{python} -m pip cache purge` and repeat the command; if it happens again, the mirror "
        "or proxy in between changes files.",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|SSLCertVerificationError|SSLError",
        "The package index could not be trusted, as happens behind a proxy that reads along: ask "
        "for its certificate file, set PIP_CERT to the file's path, and repeat the command.",
    ),
    (
        r"NewConnectionError|NameResolutionError|name resolution|Name or service not known|"
        r"getaddrinfo failed|nodename nor servname|Network is unreachable|Connection refused|"
        r"ConnectTimeout|ReadTimeout|[Tt]imed out|ProxyError|Max retries exceeded|"
        r"Connection broken|Connection interrupted|IncompleteRead|Connection reset|"
        r"RemoteDisconnected|Retrying \(",
        "The package index could not be reached: check the network (and HTTPS_PROXY or "
        "PIP_INDEX_URL, if your network needs one) and repeat the command; it goes on where it "
        "stopped.",
    ),
    (
        r"Read-only file system|Permission denied|Access is denied|Errno 13\b|WinError 5\b",
        "A file could not be written: see that this folder is yours to write to and that no "
        "program holds .venv open, and repeat the command.",
    ),
    (
        r"No matching distribution found|Could not find a version",
        "The package index has no file of {package} that fits this machine and Python: see that "
        "PIP_INDEX_URL, if set, names a complete index, or use Binder or Colab (README).",
    ),
    (
        r"No module named pip\b",
        "The environment in .venv has no pip: delete the folder .venv and repeat the command.",
    ),
    (
        r"DLL load failed",
        "TensorFlow did not start because a system library is missing: install the Microsoft "
        "Visual C++ Redistributable (2015-2022, x64) and repeat the command.",
    ),
    (
        r"ensurepip.*non-zero exit|ensurepip is not\s+available",
        "The environment could not be made because ensurepip is missing or fails: on Debian and "
        "Ubuntu `sudo apt install python3-venv` adds it; then repeat the command.",
    ),
)


def how_to_mend(output: str, returncode: int, log_path: Path) -> str:
    """Return the sentence that fits what a failed command said.

    Parameters
    ----------
    output
        All that it printed.
    returncode
        Its exit status; below zero, the signal that ended it.
    log_path
        Where the output is kept, to be named.
    """
    python = os.path.join(".venv", "Scripts", "python") if WINDOWS else ".venv/bin/python"
    ill = getattr(signal, "SIGILL", None)
    if ill is not None and returncode == -ill:
        return (
            "TensorFlow does not run on this processor, which lacks AVX: use another machine, or "
            "Binder or Colab (README)."
        )
    if returncode in (-9, 137):
        return (
            "The system ended the set-up, most likely for want of memory (2 GB free are needed): "
            "close other programs and repeat the command."
        )
    for pattern, remedy in REMEDIES:
        if re.search(pattern, output):
            package = re.search(r"No matching distribution found for ([\w.-]+)", output)
            return remedy.format(
                needed=NEEDED_GIB, python=python, package=package.group(1) if package else "it"
            )
    last = [line.strip() for line in output.splitlines() if line.strip()][-1:]
    return (
        "The set-up failed{}. The whole output is in {}; repeat the command, and if it fails "
        "again, delete the folder .venv and start anew (make clean).".format(
            ": " + last[0] if last else "", log_path
        )
    )


# The steps


def drop_halves(venv: Path) -> None:
    """Remove the records of packages that pip had not finished when it was stopped.

    pip takes a package for installed when its dist-info folder is there; INSTALLER and RECORD are
    the last files that it writes.
    """
    for site in list(venv.glob("lib*/python*/site-packages")) + [venv / "Lib" / "site-packages"]:
        for info in site.glob("*.dist-info"):
            if not ((info / "INSTALLER").exists() and (info / "RECORD").exists()):
                shutil.rmtree(str(info), ignore_errors=True)


def empty(venv: Path) -> None:
    """Remove what is in the environment, and the note of it last; .venv may be a link."""
    state = State(venv).path
    for item in sorted(venv.iterdir(), key=lambda path: path == state):
        if item.is_dir() and not item.is_symlink():
            shutil.rmtree(str(item))
        else:
            item.unlink()


def make_venv(venv: Path, chosen: str) -> None:
    """Create the environment, unless a fitting one is there, whoever made it."""
    state = State(venv)
    ours = state.path.exists()
    python = venv_python(venv)
    if venv.exists() and any(venv.iterdir()):
        facts = ask([str(python)])
        if facts is None:
            problem = "holds no Python that runs"
        elif complaint(facts):
            problem = "has a Python that " + complaint(facts)
        elif chosen and not same_version(venv, chosen):
            problem = "has another Python than the one asked for"
        elif ours and not state.done.get("venv"):
            problem = "was not finished"
        else:
            say("[1/4] Python: .venv has {}".format(describe([str(python)], facts)))
            return
        if not ours:
            raise SetupError(
                "The folder .venv was not made by this command and {}: move it away or delete "
                "it, and repeat the command.".format(problem)
            )
    else:
        problem = ""
    command, facts = find_python(chosen)  # before anything is removed
    if problem:
        say("      .venv {}: making it anew".format(problem))
        empty(venv)
    say("[1/4] Python: making .venv with {}, about 10 s".format(describe(command, facts)))
    state = State(venv)
    state.save(checked=False)
    run_logged(command + ["-m", "venv", str(venv)], venv)
    state.save(venv=True)


def entry(lock: str, name: str) -> str:
    """Return the lines of a lock that pin one package."""
    found = re.search(r"^{}==(.*\\\n)*.*\n".format(re.escape(name)), lock, re.MULTILINE)
    if found is None:
        raise SetupError(
            "requirements.lock does not name {}: get the file anew, or derive it with `make "
            "lock` where an environment works.".format(name)
        )
    return found.group(0)


def install_packages(root: Path, venv: Path) -> None:
    """Install what the lock names, each file checked against its hash."""
    state = State(venv)
    lock = root / "requirements.lock"
    if state.done.get("lock") == digest(lock):
        return
    state.save(checked=False, lock="")
    drop_halves(venv)
    text = lock.read_text(encoding="utf-8")
    names = re.findall(r"^([\w.-]+)==", text, re.MULTILINE)
    say(
        "[2/4] Packages: about {} files, 0.75 GB if none is in pip's cache: 2 to 10 minutes; you "
        "may stop it and go on later".format(len(set(names)))
    )
    install = [
        *(str(venv_python(venv)), "-m", "pip", "install", "--require-hashes"),
        *("--disable-pip-version-check", "--no-input", "--use-pep517", "--no-build-isolation"),
    ]
    # A newer pip goes on with a broken-off download; a package that comes as source is built with
    # the lock's setuptools. So these two come first.
    first = venv / "first.lock"
    first.write_text("".join(entry(text, name) for name in ("pip", "setuptools")))
    run_logged(install + ["--no-deps", "-r", str(first)], venv)
    display = Display(len(set(names)))
    run_logged(install + ["--progress-bar", "raw", "-r", str(lock)], venv, display)
    first.unlink()
    state.save(lock=digest(lock))


def install_project(root: Path, venv: Path) -> None:
    """Install the project itself so that `import utils` works in every folder."""
    state = State(venv)
    now = wanted(root)
    if all(state.done.get(name) == now[name] for name in ("project", "folder")):
        return
    say("[3/4] Project: making `import utils` work everywhere, about 5 s")
    state.save(checked=False, project="")
    run_logged(
        [
            str(venv_python(venv)),
            *("-m", "pip", "install", "--disable-pip-version-check", "--no-input"),
            *("--no-deps", "--no-build-isolation", "--editable", str(root)),
        ],
        venv,
    )
    # Offline there is no news to ask for, and a class should not be asked whether it wants some.
    settings = venv / "share" / "jupyter" / "lab" / "settings"
    settings.mkdir(parents=True, exist_ok=True)
    quiet = {"fetchNews": "false", "checkForUpdates": False}
    (settings / "overrides.json").write_text(
        json.dumps({"@jupyterlab/apputils-extension:notification": quiet}, indent=1) + "\n"
    )
    state.save(project=now["project"], folder=now["folder"])


def check(venv: Path) -> None:
    """Start what the lessons need once; the first time takes longest."""
    say("[4/4] Check: starting TensorFlow, Keras and Jupyter, about 20 s")
    code = (
        "import importlib.util, os; os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'; "
        "os.environ['KERAS_BACKEND'] = 'tensorflow'; "
        "import tensorflow, keras, matplotlib.pyplot, pandas, sklearn, jupyterlab, nbval, "
        "ipykernel; assert importlib.util.find_spec('utils'), 'utils is not installed'; "
        "assert float(keras.ops.sum(keras.ops.ones((2, 3)))) == 6"
    )
    run_logged([str(venv_python(venv)), "-c", code], venv)
    State(venv).save(checked=True)


def set_up(root: Path, venv: Path, chosen: str = "") -> None:
    """Do what is left of the set-up.

    Raises
    ------
    SetupError
        If it cannot be finished; the message says how to mend it.
    """
    say("Setting up the environment of the lessons; this happens once.")
    start = time.monotonic()
    try:
        unpacked = State(venv).done.get("lock") == digest(root / "requirements.lock")
        check_disk(root, venv, 0.1 if unpacked else NEEDED_GIB)
        make_venv(venv, chosen)
        install_packages(root, venv)
        install_project(root, venv)
        check(venv)
    except OSError as error:
        # The same words as a command would have used, so that the same remedies fit.
        raise SetupError(how_to_mend(str(error), 1, venv / "setup.log")) from error
    shutil.rmtree(str(venv / "tmp"), ignore_errors=True)
    say("Ready after {:.0f} s: the environment is in .venv.".format(time.monotonic() - start))


def main(arguments: Optional[List[str]] = None) -> int:
    """Set up, unless it is done; return the exit status."""
    parser = argparse.ArgumentParser(description="Create .venv with all that the lessons need.")
    parser.add_argument("--python", default="", help="the Python to make it with")
    chosen = parser.parse_args(arguments).python
    venv = ROOT / ".venv"
    try:
        if is_ready(ROOT, venv) and not chosen:
            return 0
        with alone(Path(__file__)):
            if is_ready(ROOT, venv) and (not chosen or same_version(venv, chosen)):
                return 0
            set_up(ROOT, venv, chosen)
    except SetupError as error:
        print("\nNot set up. {}".format(error), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on where it stopped.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
