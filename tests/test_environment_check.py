"""Lesson 00's check of the machine: silent when all is well, and else it names what is wrong."""

from utils import environment


def test_this_environment_is_fine(capsys):
    environment.report()
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[-1] for line in lines[:2]] == ["fine", "fine"]


def test_what_is_wrong_is_named(capsys, monkeypatch, tmp_path):
    needs = 'requires-python = "<3"\ndependencies = ["numpy>=99", "no-such-package", "pytest"]\n'
    (tmp_path / "pyproject.toml").write_text(f"[project]\n{needs}")
    monkeypatch.setattr(environment, "_PYPROJECT", tmp_path / "pyproject.toml")
    monkeypatch.setattr(environment, "_LEAST_MEMORY", float("inf"))
    monkeypatch.setattr(environment, "_free_memory", lambda: 1.5)
    environment.report()
    shown = capsys.readouterr().out
    for words in ("the lessons need <3", "numpy is", "no-such-package is not", "1.5 GiB"):
        assert words in shown
    assert "pytest is" not in shown
