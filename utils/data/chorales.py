"""Bach's four-part chorales as piano rolls, in the split that published results use."""

from __future__ import annotations

import numpy as np

from utils.data.download import fetch

NAME = "JSB_Chorales.mat"
KEYS = 88  # of a piano
LOWEST_PITCH = 21  # MIDI number of the first key, A0
CHORALES = {"train": 229, "valid": 76, "test": 77}


def load_chorales() -> dict[str, list[np.ndarray]]:
    """The chorales of each part: ``train`` (229), ``valid`` (76) and ``test`` (77).

    A chorale is an array of shape ``(frames, 88)``, uint8: 1 where a key sounds. Column ``k``
    is MIDI pitch ``21 + k``. Chorales differ in length (25 to 160 frames); a few frames are
    silent.

    Downloaded at first use, unless the environment variable ``LSTM_LAB_DATA`` names a folder
    that has it. Source: file of Bai, Kolter and Koltun, TCN (2018), MIT licence, after
    Boulanger-Lewandowski, Bengio and Vincent (2012); the music is in the public domain.

    Raises
    ------
    ConnectionError
        If the file is not on this machine and cannot be downloaded.
    OSError
        If the cache folder cannot be written.
    ValueError
        If the content is not the expected one.
    """
    from scipy.io import loadmat  # slow to import, and needed nowhere else

    content = loadmat(fetch(NAME), variable_names=[f"{part}data" for part in CHORALES])
    chorales = {part: list(content[f"{part}data"].ravel()) for part in CHORALES}
    for part, expected in CHORALES.items():
        if len(chorales[part]) != expected:
            raise ValueError(
                f"{NAME} has {len(chorales[part])} chorales in {part}; {expected} are expected. "
                "Restore its line in datasets/downloads.csv."
            )
        for roll in chorales[part]:
            if roll.ndim != 2 or roll.shape[1] != KEYS or not np.isin(roll, (0, 1)).all():
                raise ValueError(
                    f"{NAME} has a chorale of shape {roll.shape} in {part}; shape (frames, {KEYS})"
                    " with 0 and 1 is expected. Restore its line in datasets/downloads.csv."
                )
    return {part: [roll.astype(np.uint8) for roll in rolls] for part, rolls in chorales.items()}
