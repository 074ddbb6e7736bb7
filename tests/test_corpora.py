"""Corpora by name or path, and the source of Keras with and without its repetitions."""

import ast
import inspect
import warnings

import pytest

from utils.data import _download, corpora, keras_source, shakespeare
from utils.data.corpora import load_corpus
from utils.data.keras_source import keras_source_files, load_keras_source


@pytest.fixture(scope="module")
def files():
    return keras_source_files()


def test_sizes(files, monkeypatch):
    monkeypatch.setattr(keras_source, "keras_source_files", lambda _repetitions: files)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(load_keras_source()) == 1_316_653
        monkeypatch.undo()
        assert len(load_keras_source(repetitions=True)) == 1_542_386


def test_files_are_the_same_with_and_without_repetitions(files):
    names = list(keras_source_files(repetitions=True))
    assert names == sorted(names) == list(files) and "rnn/lstm.py" in names
    assert not any(name.endswith("_test.py") for name in names)


def test_files_parse_and_hold_no_docstring_line_and_no_method_twice(files):
    lines, methods = [], []
    for text in files.values():
        rows = text.split("\n")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                inner = (ast.get_docstring(node, clean=False) or "").split("\n")[1:-1]
                lines += [line.strip() for line in inner if len(line.strip()) >= 12]
            if isinstance(node, ast.ClassDef):
                functions = [part for part in node.body if isinstance(part, ast.FunctionDef)]
                methods += ["\n".join(rows[f.lineno - 1 : f.end_lineno]) for f in functions]
    assert len(lines) == len(set(lines)) > 4_000
    assert len(methods) == len(set(methods)) > 900


def test_what_is_dropped(monkeypatch, tmp_path):
    first = inspect.cleandoc(
        '''
        class A:
            """A class.

            This line is repeated.
            Args:
                x: input
            """
            def call(self):
                return 1
        '''
    )
    (tmp_path / "src/layers").mkdir(parents=True)
    (tmp_path / "src/layers/a.py").write_text(first + "\n")
    second = first.replace("A", "B") + "\n\n    def other(self):\n        return 2\n"
    (tmp_path / "src/layers/b.py").write_text(second)
    (tmp_path / "src/layers/b_test.py").write_text("assert True\n")
    place = type("Spec", (), {"origin": str(tmp_path / "__init__.py")})
    monkeypatch.setattr(keras_source.importlib.util, "find_spec", lambda _name: place)
    files = keras_source_files()
    assert files["a.py"] == first
    assert "This line is repeated." not in files["b.py"] and "call" not in files["b.py"]
    assert "B class." in files["b.py"] and "x: input" in files["b.py"] and "other" in files["b.py"]
    with pytest.warns(UserWarning, match="keras"):
        assert load_corpus("keras") == files["a.py"] + "\n" + files["b.py"]
    for path in (tmp_path / "src/layers").iterdir():
        path.unlink()
    with pytest.raises(FileNotFoundError, match="pip install"):
        load_corpus("keras")


def test_tiny_shakespeare():
    if not _download.available(shakespeare.NAME):
        pytest.skip(f"{shakespeare.NAME} is not on this machine; set LSTM_LAB_DATA to its folder")
    text = load_corpus("shakespeare")
    assert (len(text), len(set(text))) == (1_115_394, 65)
    assert text.startswith("First Citizen:\nBefore we proceed")


def test_shakespeare_keeps_its_line_ends(monkeypatch, tmp_path):
    (tmp_path / "text").write_bytes("Rosé\r\nred\n".encode())
    monkeypatch.setattr(shakespeare, "fetch", lambda _name: tmp_path / "text")
    assert load_corpus("shakespeare") == "Rosé\r\nred\n"


def test_a_file(tmp_path):
    file = tmp_path / "poem.txt"
    file.write_bytes("\ufeffRosé\r\nred\n".encode())
    assert load_corpus(file) == load_corpus(str(file)) == "Rosé\nred\n"


@pytest.mark.parametrize("name", ["kerass", "", "no/such/file.txt"])
def test_an_unknown_name(name):
    with pytest.raises(ValueError, match=", ".join(corpora.CORPORA)):
        load_corpus(name)


@pytest.mark.parametrize("content", [b"", b" \n\t\n", b"abc\xff\xfe"])
def test_a_file_that_is_empty_or_no_text(tmp_path, content):
    (tmp_path / "mine.txt").write_bytes(content)
    with pytest.raises(ValueError, match=r"mine\.txt"):
        load_corpus(tmp_path / "mine.txt")
