"""The Shakespeare loader, on a stand-in of the right size and on the real text where it is."""

import string
from pathlib import Path

import pytest
from local_server import offer

from utils.data import download, shakespeare

# Next to the checkout, on machines that keep the real files for tests.
REAL = Path(__file__).resolve().parents[2] / "shared" / "data"
ALPHABET = ("\n " + string.ascii_letters + string.digits + "!")[: shakespeare.SYMBOLS]


def stand_in(characters: int = shakespeare.CHARACTERS, alphabet: str = ALPHABET) -> bytes:
    return (alphabet * (characters // len(alphabet) + 1))[:characters].encode()


@pytest.fixture
def local(tmp_path, monkeypatch):
    """A function that puts data into a local folder as the listed file."""

    def use(data):
        registry = offer(tmp_path / "downloads.csv", shakespeare.NAME, "http://127.0.0.1:9/", data)
        (tmp_path / shakespeare.NAME).write_bytes(data)
        monkeypatch.setattr(download, "_REGISTRY", registry)
        monkeypatch.setenv(download.DATA_VARIABLE, str(tmp_path))

    return use


def test_the_text_comes_character_by_character(local):
    local(stand_in())
    assert shakespeare.load_shakespeare() == stand_in().decode()


@pytest.mark.parametrize(
    "data",
    [
        stand_in(shakespeare.CHARACTERS - 1),
        stand_in(alphabet=ALPHABET[:-1]),
    ],
    ids=["one character short", "one symbol short"],
)
def test_another_text_under_the_name_is_refused(local, data):
    local(data)
    with pytest.raises(ValueError, match="1,115,394 and 65 are expected"):
        shakespeare.load_shakespeare()


@pytest.mark.skipif(not (REAL / shakespeare.NAME).exists(), reason="the real text is not here")
def test_the_real_text(monkeypatch):
    monkeypatch.setenv(download.DATA_VARIABLE, str(REAL))
    text = shakespeare.load_shakespeare()
    assert text.startswith("First Citizen:\nBefore we proceed")
    assert "".join(sorted(set(text)))[:13] == "\n !$&',-.3:;?"
