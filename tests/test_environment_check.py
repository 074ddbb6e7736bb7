"""The check of the machine says nothing when all is well, and what to do when it is not."""

import importlib.metadata

from utils import environment


def test_this_environment_is_fine(capsys):
    assert environment.check() == []
    environment.report()
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4
    assert all(line.endswith("fine") for line in lines)


def test_a_wrong_python_is_named():
    (problem,) = environment._python("3.9.1")
    assert "Python is 3.9.1" in problem
    assert "make lab" in problem


def test_wrong_and_missing_packages_are_named(monkeypatch):
    lines = ["numpy>=99", "no-such-package>=1", "unwanted; extra == 'gpu'", "pytest>=1"]
    monkeypatch.setattr(importlib.metadata, "requires", lambda _: lines)
    numpy, missing = environment._packages()
    assert "the lessons need >=99" in numpy
    assert "requirements.lock" in numpy
    assert "no-such-package is not installed" in missing


def test_missing_and_changed_files_are_named(tmp_path):
    name = next(iter(environment._FILES))
    assert "is not there" in environment._files(tmp_path)[0]
    (tmp_path / name).parent.mkdir()
    (tmp_path / name).write_text("other")
    assert "was changed" in environment._files(tmp_path)[0]


def test_little_memory_is_named(monkeypatch):
    monkeypatch.setattr(environment, "_LEAST_MEMORY", 1e6)
    problems = environment._memory()
    assert not problems or "GiB of memory are free" in problems[0]
