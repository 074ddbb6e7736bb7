"""The chorale loader, on a small file of the same form and on the real one where it is."""

import numpy as np
import pytest
from scipy.io import savemat

from utils.data import _download, chorales


def test_every_chorale_comes_back(tmp_path, monkeypatch):
    random = np.random.default_rng(0)
    content = {}
    for part, count in (("train", 3), ("valid", 1), ("test", 2)):
        rolls = np.empty((1, count), dtype=object)
        for k in range(count):
            rolls[0, k] = random.integers(2, size=(4 + k, 88)).astype(float)
        content[f"{part}data"] = rolls
    savemat(tmp_path / "small.mat", content)
    monkeypatch.setattr(chorales, "fetch", lambda _name: tmp_path / "small.mat")
    loaded = chorales.load_chorales()
    for part, rolls in loaded.items():
        for roll, original in zip(rolls, content[f"{part}data"][0], strict=True):
            assert roll.dtype == np.uint8
            np.testing.assert_array_equal(roll, original)


def test_the_real_chorales():
    if not _download.available(chorales.NAME):
        pytest.skip(f"{chorales.NAME} is not on this machine; set LSTM_LAB_DATA to its folder")
    loaded = chorales.load_chorales()
    assert {part: len(rolls) for part, rolls in loaded.items()} == {
        **{"train": 229, "valid": 76, "test": 77}
    }
    lengths = [len(roll) for rolls in loaded.values() for roll in rolls]
    assert (min(lengths), max(lengths)) == (25, 160)
    frames = np.concatenate(loaded["train"])
    assert frames.shape[1] == 88 and set(np.unique(frames)) == {0, 1}
    assert frames.sum(axis=1).max() == 4  # four parts; fewer where two of them meet or rest
    sounding = np.flatnonzero(frames.any(axis=0)) + chorales.LOWEST_PITCH
    assert (sounding.min(), sounding.max()) == (43, 96)
