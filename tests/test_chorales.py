"""The chorale loader, on a stand-in of the right form and on the real file where it is."""

import io
from pathlib import Path

import numpy as np
import pytest
from local_server import offer
from scipy.io import savemat

from utils.data import chorales, download

# Next to the checkout, on machines that keep the real files for tests.
REAL = Path(__file__).resolve().parents[2] / "shared" / "data"


def stand_in(counts=chorales.CHORALES, keys: int = chorales.KEYS, high: int = 2) -> dict:
    generator = np.random.default_rng(0)
    content = {}
    for part, count in counts.items():
        rolls = np.empty((1, count), dtype=object)
        for index in range(count):
            frames = generator.integers(2, 5)
            rolls[0, index] = generator.integers(0, high, (frames, keys), dtype=np.uint8)
        content[f"{part}data"] = rolls
    return content


@pytest.fixture
def local(tmp_path, monkeypatch):
    """A function that puts content into a local folder as the listed file."""

    def use(content):
        file = io.BytesIO()
        savemat(file, content)
        data = file.getvalue()
        registry = offer(tmp_path / "downloads.csv", chorales.NAME, "http://127.0.0.1:9/", data)
        (tmp_path / chorales.NAME).write_bytes(data)
        monkeypatch.setattr(download, "_REGISTRY", registry)
        monkeypatch.setenv(download.DATA_VARIABLE, str(tmp_path))

    return use


def test_every_chorale_comes_back(local):
    content = stand_in()
    local(content)
    loaded = chorales.load_chorales()
    assert list(loaded) == ["train", "valid", "test"]
    for part, rolls in loaded.items():
        assert len(rolls) == chorales.CHORALES[part]
        for roll, original in zip(rolls, content[f"{part}data"][0], strict=True):
            assert roll.dtype == np.uint8
            np.testing.assert_array_equal(roll, original)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (stand_in({"train": 229, "valid": 75, "test": 77}), "75 chorales in valid; 76 are"),
        (stand_in(keys=87), r"shape \(\d, 87\) in train"),
        (stand_in(high=3), "with 0 and 1"),
    ],
    ids=["one chorale short", "one key short", "not 0 or 1"],
)
def test_other_content_under_the_name_is_refused(local, content, message):
    local(content)
    with pytest.raises(ValueError, match=message):
        chorales.load_chorales()


@pytest.mark.skipif(not (REAL / chorales.NAME).exists(), reason="the real file is not here")
def test_the_real_chorales(monkeypatch):
    monkeypatch.setenv(download.DATA_VARIABLE, str(REAL))
    loaded = chorales.load_chorales()
    lengths = [len(roll) for rolls in loaded.values() for roll in rolls]
    assert (min(lengths), max(lengths), sum(lengths)) == (25, 160, 13_807 + 4_602 + 4_725)
    voices = np.concatenate([roll.sum(axis=1) for roll in loaded["train"]])
    assert voices.max() == 4  # four parts; fewer where two of them meet or rest
    sounding = np.flatnonzero(np.concatenate(loaded["train"]).any(axis=0)) + chorales.LOWEST_PITCH
    assert (sounding.min(), sounding.max()) == (43, 96)
