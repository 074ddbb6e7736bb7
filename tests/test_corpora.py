"""Corpora by name or path, and the source of Keras as a text that is the same everywhere."""

import hashlib

import pytest

from utils.data import corpora, keras_source
from utils.data.corpora import load_corpus


def test_keras_source_is_the_pinned_text(capsys):
    text = load_corpus("keras")
    assert len(text) == keras_source.CHARACTERS
    assert len(set(text)) == keras_source.SYMBOLS
    assert hashlib.sha256(text.encode()).hexdigest() == keras_source.SHA256
    assert capsys.readouterr().out == ""


def test_version_is_the_one_that_the_project_pins():
    from pathlib import Path

    pyproject = Path(__file__).resolve().parents[1] / "pyproject.toml"
    assert f'"keras=={keras_source.VERSION}"' in pyproject.read_text(encoding="utf-8")


def test_files_are_in_order_without_tests():
    names = [file.name for file in keras_source.keras_source_files()]
    assert names == sorted(names)
    assert not [n for n in names if n.endswith("_test.py") or "\\" in n]
    assert "rnn/lstm.py" in names


def test_another_text_is_used_and_said(monkeypatch, tmp_path, capsys):
    layers = tmp_path / "layers"
    (layers / "b").mkdir(parents=True)
    (layers / "a.py").write_bytes("x = 'é'\n".encode())
    (layers / "b" / "c.py").write_bytes(b"y = 2\n")
    (layers / "a_test.py").write_bytes(b"assert True\n")
    monkeypatch.setattr(keras_source, "_folder", lambda: layers)
    assert load_corpus("keras") == "x = 'é'\ny = 2\n"
    assert "has been changed" in capsys.readouterr().out
    monkeypatch.setattr(keras_source.importlib.metadata, "version", lambda _: "4.0")
    load_corpus("keras")
    said = capsys.readouterr().out
    assert "Keras 4.0 is installed" in said
    assert "pip install keras==" in said


def test_no_source_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(keras_source, "_folder", lambda: tmp_path)
    with pytest.raises(FileNotFoundError, match="pip install"):
        load_corpus("keras")
    monkeypatch.undo()
    monkeypatch.setattr(keras_source.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(FileNotFoundError, match="pip install"):
        load_corpus("keras")


def test_shakespeare_comes_from_its_loader(monkeypatch):
    monkeypatch.setitem(corpora.CORPORA, "shakespeare", lambda: "To be")
    assert load_corpus("shakespeare") == "To be"


def test_a_file(tmp_path):
    file = tmp_path / "poem.txt"
    file.write_bytes("\ufeffRosé\r\nred\n".encode())
    assert load_corpus(file) == load_corpus(str(file)) == "Rosé\nred\n"


@pytest.mark.parametrize("name", ["kerass", "", "no/such/file.txt", "."])
def test_unknown_name_lists_the_known_ones(name):
    with pytest.raises(ValueError, match="keras, shakespeare"):
        load_corpus(name)


@pytest.mark.parametrize("content", [b"", b" \n\t\n"])
def test_empty_text(tmp_path, content):
    file = tmp_path / "empty.txt"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=r"empty\.txt.* is empty"):
        load_corpus(file)


def test_not_text(tmp_path):
    file = tmp_path / "picture.txt"
    file.write_bytes(b"abc\xff\xfe")
    with pytest.raises(ValueError, match="UTF-8"):
        load_corpus(file)
