"""Weights of the long runs of lesson 15: what a quarter of an hour of training leaves behind."""

from __future__ import annotations

import numpy as np

from utils.data._bundled import bundled


def load_char_weights(name: str) -> tuple[str, list[np.ndarray]]:
    """Characters and weights of a network that was trained on one of the corpora.

    One LSTM layer of 448 units on an embedding of 64 dimensions. Made by
    ``datasets/rebuild_char_weights.py``, which has the settings.

    Parameters
    ----------
    name
        ``"keras"`` or ``"shakespeare"``.

    Returns
    -------
    characters, weights
        The characters in the order of their codes, and the weights in the order of
        ``model.trainable_variables``: embedding ``(symbols, 64)``; kernel ``(64, 1792)``,
        recurrent kernel ``(448, 1792)`` and bias ``(1792,)`` of the LSTM; kernel
        ``(448, symbols)`` and bias ``(symbols,)`` of the output. Stored as float16, returned as
        float32.

    Raises
    ------
    FileNotFoundError
        If there is no such run.
    """
    with np.load(bundled(f"char_{name}.npz"), allow_pickle=False) as saved:
        weights = [saved[f"weight_{i}"].astype("float32") for i in range(6)]
        return str(saved["characters"]), weights
