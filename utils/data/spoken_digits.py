"""Spoken digits: the recordings, log-mel features, strings, and what was measured on them."""

from __future__ import annotations

import io
import wave
from typing import NamedTuple

import numpy as np
import pandas as pd

from utils.data._bundled import bundled
from utils.data._download import fetch_members

ARCHIVE = "free-spoken-digit-dataset.zip"
RATE = 8000  # samples per second, of all recordings
WINDOW, HOP, FFT = 200, 120, 256  # samples: 25 ms in each spectrum, one every 15 ms
LOWEST, HIGHEST = 60.0, 3900.0  # Hz, where the first band begins and the last one ends
KNEE = 2800.0  # Hz; above it a warp is undone, so that the highest frequency stays where it is


class Recordings(NamedTuple):
    """One spoken digit each."""

    waves: list[np.ndarray]  # each (samples,), float32 from -1 to 1, 8,000 samples a second
    labels: np.ndarray  # (n,), int64, 0 to 9
    speakers: np.ndarray  # (n,), names
    takes: np.ndarray  # (n,), int64; the publishers use takes 0 to 4 as a test set


def load_spoken_digits() -> Recordings:
    """The Free Spoken Digit Dataset; 16 MB, downloaded at first use.

    Returns
    -------
    Recordings
        3,000 of them: 6 speakers say each digit 50 times, in the order of the file names.

    Raises
    ------
    ValueError
        If the archive does not hold the listed files, or one that is not 16-bit mono at 8 kHz.
    ConnectionError
        If the archive is not on this machine and cannot be downloaded; says where to put it.

    References
    ----------
    Z. Jackson and others, Free Spoken Digit Dataset, github.com/Jakobovski (CC BY-SA 4.0).
    """
    files = fetch_members(ARCHIVE)
    names = sorted(files)
    labels, speakers, takes = zip(*(name.removesuffix(".wav").split("_") for name in names))
    return Recordings(
        [_read(name, files[name]) for name in names],
        np.array(labels, dtype=np.int64),
        np.array(speakers),
        np.array(takes, dtype=np.int64),
    )


def _read(name: str, content: bytes) -> np.ndarray:
    with wave.open(io.BytesIO(content)) as file:
        found = file.getframerate(), file.getsampwidth(), file.getnchannels()
        samples = file.readframes(file.getnframes())
    if found != (RATE, 2, 1):
        raise ValueError(
            f"{name} has {found[0]} samples a second of {found[1]} bytes in {found[2]} channels; "
            f"{RATE} of 2 bytes in one are expected."
        )
    return np.frombuffer(samples, dtype="<i2") / np.float32(2**15)


def power_spectra(samples: np.ndarray) -> np.ndarray:
    """How strong each frequency is at each moment.

    Parameters
    ----------
    samples
        Shape ``(samples,)``, 8,000 a second.

    Returns
    -------
    np.ndarray
        ``(frames, 129)``, float32: squared Fourier coefficients from 0 to 4,000 Hz of Hann
        windows of 25 ms whose centres are 15 ms apart, the first at the first sample.

    Raises
    ------
    ValueError
        If ``samples`` is not one series with at least 120 samples.
    """
    samples = np.asarray(samples, dtype=np.float32)
    if samples.ndim != 1 or len(samples) < HOP:
        raise ValueError(
            f"samples has shape {samples.shape}; give one series of at least {HOP} samples."
        )
    padded = np.pad(samples, WINDOW // 2)
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]
    spectra = np.fft.rfft(windows * np.hanning(WINDOW), FFT)
    return (np.abs(spectra) ** 2).astype(np.float32)


def mel_bank(bands: int = 24, warp: float = 1.0) -> np.ndarray:
    """Triangles that add frequencies up to bands, narrow for low and wide for high ones.

    Their corners are equally spaced on the mel scale, 2595 log10(1 + f / 700), which follows how
    people judge the distance of two pitches.

    Parameters
    ----------
    bands
        How many.
    warp
        Frequencies are multiplied by it first: above 1, the same sound seems to come from a
        shorter vocal tract. The highest ones are squeezed so that 4,000 Hz stays in place.

    Returns
    -------
    np.ndarray
        ``(129, bands)``, float32; each column adds up to 1.

    Raises
    ------
    ValueError
        If ``bands`` is not 1 to 40 or ``warp`` not 0.5 to 2.
    """
    if not 1 <= bands <= 40:
        raise ValueError(f"bands is {bands}; give 1 to 40, more would have no frequency in them.")
    if not 0.5 <= warp <= 2:
        raise ValueError(f"warp is {warp}; give 0.5 to 2.")
    frequency = np.arange(FFT // 2 + 1) * RATE / FFT
    knee, top = KNEE * min(1.0, 1 / warp), RATE / 2
    frequency = np.interp(frequency, [0, knee, top], [0, knee * warp, top])
    lowest, highest = (2595 * np.log10(1 + f / 700) for f in (LOWEST, HIGHEST))
    corners = 700 * (10 ** (np.linspace(lowest, highest, bands + 2) / 2595) - 1)
    left, middle, right = corners[:-2], corners[1:-1], corners[2:]
    rising = (frequency[:, None] - left) / (middle - left)
    falling = (right - frequency[:, None]) / (right - middle)
    triangles = np.maximum(0, np.minimum(rising, falling))
    return (triangles / np.maximum(triangles.sum(axis=0), 1e-9)).astype(np.float32)


def log_mel(samples: np.ndarray, bands: int = 24) -> np.ndarray:
    """Logarithm of the power in each band at each moment.

    Parameters
    ----------
    samples
        Shape ``(samples,)``, 8,000 a second.
    bands
        How many, from 60 to 3,900 Hz.

    Returns
    -------
    np.ndarray
        ``(frames, bands)``, float32, a frame every 15 ms. Natural logarithms; what is 40 dB and
        more below the loud moments counts as silence.

    Raises
    ------
    ValueError
        If ``samples`` is not one series of at least 120 samples or ``bands`` is not 1 to 40.
    """
    power = power_spectra(samples) @ mel_bank(bands)
    return np.log(power + 1e-4 * max(loudness(power), 1e-12))


def loudness(power: np.ndarray) -> float:
    """Mean power of a band in the loud moments (nine tenths of the frames are softer)."""
    return float(np.quantile(power.mean(axis=1), 0.9))


class Sample(NamedTuple):
    """Some digits in a row, said by one speaker."""

    samples: np.ndarray  # (samples,), float32 from -1 to 1, 8,000 a second
    digits: list[int]


def load_speech_samples() -> list[Sample]:
    """Bundled strings of recordings by theo (CC BY-SA 4.0), joined end to end.

    Raises
    ------
    FileNotFoundError
        If the project's ``datasets`` folder is not beside ``utils``.
    """
    with np.load(bundled("speech_samples.npz"), allow_pickle=False) as file:
        count = sum(name.startswith("digits_") for name in file.files)
        return [
            Sample(file[f"samples_{i}"] / np.float32(2**15), file[f"digits_{i}"].tolist())
            for i in range(count)
        ]


def load_speech_weights() -> list[np.ndarray]:
    """Trained weights of lesson 18's speech network, in the order of ``set_weights``; float32.

    It heard five speakers, never theo. ``datasets/rebuild_speech_results.py`` trained it.

    Raises
    ------
    FileNotFoundError
        If the project's ``datasets`` folder is not beside ``utils``.
    """
    with np.load(bundled("speech_samples.npz"), allow_pickle=False) as file:
        names = sorted(name for name in file.files if name.startswith("weights_"))
        return [file[name].astype(np.float32) for name in names]


def load_speech_results() -> pd.DataFrame:
    """Recorded label errors of lesson 18 on spoken digits: runs too long for a lesson.

    Returns
    -------
    pd.DataFrame
        One row for each recipe, held-out speaker and test: ``recipe`` (how training strings were
        varied), ``speaker`` (whose recordings trained nothing), ``scored`` (``unseen``: strings
        of that speaker; ``known``: of the other five, recordings that trained nothing),
        ``updates`` (training steps), ``error`` (edits for each hundred digits) and ``seconds``
        (of processor time since the recipe's first network began).

    Raises
    ------
    FileNotFoundError
        If the project's ``datasets`` folder is not beside ``utils``.
    """
    return pd.read_csv(bundled("speech_results.csv"))
