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
    loaded = chorales.load_chorales("jsb")
    for part, rolls in loaded.items():
        for roll, original in zip(rolls, content[f"{part}data"][0], strict=True):
            assert roll.dtype == np.uint8
            np.testing.assert_array_equal(roll, original)


def test_the_real_chorales():
    if not _download.available(chorales.NAME):
        pytest.skip(f"{chorales.NAME} is not on this machine; set LSTM_LAB_DATA to its folder")
    loaded = chorales.load_chorales("jsb")
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


def test_the_bundled_chorales():
    voices, rolls = chorales.load_voices(), chorales.load_chorales()
    assert {part: len(pieces) for part, pieces in rolls.items()} == {
        **{"train": 231, "valid": 65, "test": 65}
    }
    for part in chorales.PARTS:
        for piece, roll in zip(voices[part], rolls[part], strict=True):
            assert roll.shape == (len(piece), 88) and set(np.unique(roll)) <= {0, 1}
            assert all(set(chord[chord > 0] - 21) == set(np.flatnonzero(frame))
                       for chord, frame in zip(piece, roll))  # fmt: skip
    seen = {piece.tobytes() for piece in rolls["train"]}
    assert not seen & {piece.tobytes() for part in ("valid", "test") for piece in rolls[part]}


def test_a_known_beginning():
    # BWV 269, "Aus meines Herzens Grunde", begins in G major: g' d' b G, here a fourth higher.
    beginning = [[72, 67, 64, 48], [72, 67, 64, 60], [72, 69, 65, 57], [79, 67, 62, 59]]
    pieces = [piece for own in chorales.load_voices().values() for piece in own]
    assert any(piece[:4].tolist() == beginning for piece in pieces)


def test_other_corpora_and_pitches_are_refused():
    with pytest.raises(ValueError, match="music21"):
        chorales.load_chorales("mozart")
    with pytest.raises(ValueError, match="108"):
        chorales.roll_of([[12, 60]])
