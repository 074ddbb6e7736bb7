"""Bach's four-part chorales as piano rolls, one chord a beat."""

from __future__ import annotations

import numpy as np
import pandas as pd

from utils.data._bundled import bundled
from utils.data._download import fetch

NAME = "JSB_Chorales.mat"
LOWEST_PITCH = 21  # MIDI number of the first of the 88 keys, A0
PARTS = ("train", "valid", "test")
CORPORA = ("music21", "jsb")


def load_chorales(corpus: str = "music21") -> dict[str, list[np.ndarray]]:
    """The chorales of each part: ``train``, ``valid`` and ``test``.

    A chorale is an array of shape ``(frames, 88)``, uint8, with 1 where a key sounds. Column
    ``k`` is MIDI pitch ``21 + k``. A frame lasts a quarter note. All pieces are transposed to
    one key.

    Parameters
    ----------
    corpus
        ``"music21"``: 361 settings in the files of music21 10.5.1, bundled with the project and
        made by ``datasets/rebuild_chorales.py``. ``"jsb"``: 229, 76 and 77 settings in the split
        that published results use, downloaded at first use unless the folder in
        ``LSTM_LAB_DATA`` has the file. A few of the frames are silent in both.

    Raises
    ------
    ValueError
        If the corpus is unknown.
    ValueError, ConnectionError, OSError
        If the file cannot be had; see :func:`utils.data._download.fetch`.

    References
    ----------
    M. S. Cuthbert and C. Ariza (2010), music21. File of S. Bai, J. Z. Kolter and V. Koltun (2018),
    TCN, MIT licence, after N. Boulanger-Lewandowski, Y. Bengio and P. Vincent (2012). The music
    is in the public domain.
    """
    if corpus not in CORPORA:
        raise ValueError(f"corpus is {corpus!r}; allowed are {', '.join(CORPORA)}.")
    if corpus == "music21":
        return {
            part: [roll_of(voices) for voices in pieces] for part, pieces in load_voices().items()
        }
    from scipy.io import loadmat  # slow to import, and needed nowhere else

    content = loadmat(fetch(NAME))
    return {part: [roll.astype(np.uint8) for roll in content[f"{part}data"][0]] for part in PARTS}


def load_voices() -> dict[str, list[np.ndarray]]:
    """The settings of music21 as four voices, in the same split and order.

    Returns
    -------
    dict
        For ``train``, ``valid`` and ``test`` a list of arrays ``(frames, 4)``: MIDI pitches of
        soprano, alto, tenor and bass, 0 for a rest.

    Raises
    ------
    FileNotFoundError
        If the project's ``datasets`` folder is not beside ``utils``.
    """
    with np.load(bundled("chorales.npz"), allow_pickle=False) as saved:
        ends = np.cumsum(saved["lengths"], dtype=int)
        pieces = np.split(saved["pitches"].astype(int), ends[:-1])
        parts = str(saved["parts"]).split()
    return {
        part: [piece for piece, own in zip(pieces, parts, strict=True) if own == part]
        for part in PARTS
    }


def roll_of(voices: np.ndarray) -> np.ndarray:
    """Piano roll ``(frames, 88)`` of MIDI pitches ``(frames, voices)``, where 0 is a rest.

    Raises
    ------
    ValueError
        If a pitch is not on the keyboard (21 to 108) and not 0.
    """
    voices = np.asarray(voices)
    wrong = voices[(voices != 0) & ((voices < LOWEST_PITCH) | (voices >= LOWEST_PITCH + 88))]
    if wrong.size:
        raise ValueError(f"voices holds the pitch {wrong[0]}; allowed are 21 to 108, and 0.")
    roll = np.zeros((len(voices), 88), dtype=np.uint8)
    frames, which = np.nonzero(voices)
    roll[frames, voices[frames, which] - LOWEST_PITCH] = 1
    return roll


def load_music_results() -> pd.DataFrame:
    """Scores of lesson 19's models on the JSB chorales, measured by the project.

    Returns
    -------
    pd.DataFrame
        One row a score: ``model``, ``units``, ``epochs``, ``seed``, ``part`` (``valid`` or
        ``test``), ``nats`` (a frame, over all frames but the first of each piece) and
        ``seconds`` (processor time of the training). What does not apply is NaN.

    Raises
    ------
    FileNotFoundError
        If the project's ``datasets`` folder is not beside ``utils``.
    """
    return pd.read_csv(bundled("music_results.csv"))


def load_music_weights() -> list[np.ndarray]:
    """Weights of lesson 19's network after a long run on the chorales of music21.

    Made by ``datasets/rebuild_music_results.py --compose``, which has the settings. In the order
    of the network's ``trainable_variables``; stored as float16, returned as float32.

    Raises
    ------
    FileNotFoundError
        If the project's ``datasets`` folder is not beside ``utils``.
    """
    with np.load(bundled("music_weights.npz"), allow_pickle=False) as saved:
        return [saved[f"weight_{i}"].astype("float32") for i in range(len(saved.files))]
