"""Bach's four-part chorales as piano rolls, in the split that published results use."""

from __future__ import annotations

import numpy as np

from utils.data._download import fetch

NAME = "JSB_Chorales.mat"
LOWEST_PITCH = 21  # MIDI number of the first of the 88 keys, A0
PARTS = ("train", "valid", "test")


def load_chorales() -> dict[str, list[np.ndarray]]:
    """The chorales of each part: ``train`` (229), ``valid`` (76) and ``test`` (77).

    A chorale is an array of shape ``(frames, 88)``, uint8, with 1 where a key sounds. Column
    ``k`` is MIDI pitch ``21 + k``. Chorales have 25 to 160 frames; a few frames are silent.

    Downloaded at first use, unless the folder in ``LSTM_LAB_DATA`` has the file.

    Raises
    ------
    ValueError, ConnectionError, OSError
        If the file cannot be had; see :func:`utils.data._download.fetch`.

    References
    ----------
    File of S. Bai, J. Z. Kolter and V. Koltun (2018), TCN, MIT licence, after N.
    Boulanger-Lewandowski, Y. Bengio and P. Vincent (2012); the music is in the public domain.
    """
    from scipy.io import loadmat  # slow to import, and needed nowhere else

    content = loadmat(fetch(NAME))
    return {part: [roll.astype(np.uint8) for roll in content[f"{part}data"][0]] for part in PARTS}
