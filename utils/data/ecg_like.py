"""A synthetic signal that looks like an electrocardiogram (ECG), with faults put in on purpose.

Nothing here was measured on anybody, and nothing here says anything about a heart. The signal is
made so that the truth about every sample is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

# P, Q, R, S and T wave: angle on the circle of a beat, with R at 0; width of the bump in
# radians; height where R is 1. They are the defaults of ECGSYN, the program of McSharry, Clifford,
# Tarassenko & Smith 2003, "A dynamical model for generating synthetic electrocardiogram
# signals". There a bump is given by its pull a = 1.2, -5, 30, -7.5, 0.75, and one of width b
# rises to about a * b**2.
_ANGLES = np.deg2rad([-70.0, -15.0, 0.0, 15.0, 100.0])
_WIDTHS = np.array([0.25, 0.1, 0.1, 0.1, 0.4])
_HEIGHTS = np.array([1.2, -5.0, 30.0, -7.5, 0.75]) * _WIDTHS**2 / (30 * 0.1**2)

FAULTS = (
    "missed beat",
    "early beat",
    "wrong amplitude",
    "noise burst",
    "baseline drift",
    "flat line",
)


@dataclass(frozen=True)
class EcgLike:
    """The signal and the truth about it.

    Attributes
    ----------
    signal
        Shape ``(samples,)``, without unit; the tallest wave of a normal beat is about 1.
    clean
        The same without faults. Outside the faults the two are equal.
    faulty
        Shape ``(samples,)``, true where a fault is.
    segments
        One row a fault, in the order of time: ``start`` and ``stop`` (samples, the second not
        included) and ``kind``, one of :data:`FAULTS`.
    beats
        Samples of the tallest wave of each beat of the clean signal.
    rate
        Samples a second.
    """

    signal: np.ndarray
    clean: np.ndarray
    faulty: np.ndarray
    segments: pd.DataFrame
    beats: np.ndarray
    rate: int


def make_ecg_like(
    seconds: float,
    *,
    faults: int = 0,
    kinds: Sequence[str] = FAULTS,
    rate: int = 100,
    heart_rate: float = 70.0,
    noise: float = 0.02,
    seed: int = 0,
) -> EcgLike:
    """Make a signal with so many faults in it.

    A beat is a sum of five bumps (Gaussian curves). The time between beats varies by a few per
    cent, with breathing (0.25 Hz), with the slower wave of blood pressure (0.1 Hz) and at random;
    the baseline moves a little with breathing, and white noise lies over everything. All this is
    normal. Faults are of different kinds in turn, at random places with at least two normal beats
    between them:

    - ``"missed beat"``: nothing where a beat should be;
    - ``"early beat"``: a beat a third of the time too early, the next one in its place;
    - ``"wrong amplitude"``: a beat at 0.5 or 1.6 times its height;
    - ``"noise burst"``: noise of 0.2 for half a second to a second and a half;
    - ``"baseline drift"``: up or down by 0.5 and back, in two to three seconds;
    - ``"flat line"``: the signal stays where it is for half a second to a second and a half.

    Parameters
    ----------
    seconds
        Length.
    faults
        How many. Signals with the same seed and other parameters equal have the same ``clean``.
    kinds
        Which of :data:`FAULTS`.
    rate
        Samples a second, 50 or more: the tallest wave is about 0.05 seconds wide.
    heart_rate
        Beats a minute.
    noise
        Standard deviation of the noise.
    seed
        Of everything random.

    Raises
    ------
    ValueError
        If a number is out of range, a kind is unknown, or so many faults do not fit.
    """
    if rate < 50:
        raise ValueError(f"rate is {rate}; below 50 samples a second the tallest wave is missed.")
    if not 20 <= heart_rate <= 200:
        raise ValueError(f"heart_rate is {heart_rate}; it must be from 20 to 200 beats a minute.")
    if noise < 0 or faults < 0:
        raise ValueError(f"noise is {noise} and faults is {faults}; neither may be negative.")
    unknown = [kind for kind in kinds if kind not in FAULTS]
    if unknown or not kinds:
        raise ValueError(f"kinds is {list(kinds)}; choose from {', '.join(FAULTS)}.")
    samples = round(seconds * rate)
    if samples < rate:
        raise ValueError(f"seconds is {seconds}; make at least one second.")

    # The clean signal and the faults draw from generators of their own.
    rng, fault_rng = (np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(2))
    time = np.arange(samples) / rate
    peaks, widths = _beats(seconds, 60 / heart_rate, rng)
    waves = np.zeros(samples)
    for peak, width in zip(peaks, widths, strict=True):
        _add_beat(waves, time, peak, width)
    breathing = 0.03 * np.sin(2 * np.pi * (0.25 * time + rng.random()))
    clean = waves + breathing + noise * rng.standard_normal(samples)

    signal = clean.copy()
    rows = []
    places = _places(faults, peaks, widths, seconds, fault_rng)
    order = [kinds[i % len(kinds)] for i in range(faults)]
    for place, kind in zip(places, fault_rng.permutation(order) if faults else [], strict=True):
        start, stop, change = _fault(str(kind), place, peaks, widths, time, clean, fault_rng)
        signal[start:stop] += change
        rows.append((start, stop, str(kind)))
    faulty = np.zeros(samples, dtype=bool)
    for start, stop, _ in rows:
        faulty[start:stop] = True
    inside = (peaks >= 0) & (peaks < seconds - 1 / rate)
    return EcgLike(
        signal=signal,
        clean=clean,
        faulty=faulty,
        segments=pd.DataFrame(rows, columns=["start", "stop", "kind"]),
        beats=np.round(peaks[inside] * rate).astype(int),
        rate=rate,
    )


def _beats(seconds: float, mean: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """When beats are, in seconds, and how long each takes; a beat before and after the signal."""
    phases = rng.random(2)
    now = -mean * rng.random() - mean
    peaks, widths = [], []
    while now < seconds + 2 * mean:
        waves = np.sin(2 * np.pi * (np.array([0.25, 0.1]) * now + phases))
        width = mean * (1 + 0.03 * waves[0] + 0.02 * waves[1] + 0.01 * rng.standard_normal())
        peaks.append(now)
        widths.append(width)
        now += width
    return np.array(peaks), np.array(widths)


def _add_beat(
    signal: np.ndarray, time: np.ndarray, peak: float, width: float, height: float = 1.0
) -> None:
    """Add five bumps to a signal, near the beat only."""
    near = slice(*np.searchsorted(time, [peak - width, peak + width]))
    angle = 2 * np.pi * (time[near, None] - peak) / width
    signal[near] += height * (_HEIGHTS * np.exp(-(((angle - _ANGLES) / _WIDTHS) ** 2) / 2)).sum(1)


def _places(
    faults: int,
    peaks: np.ndarray,
    widths: np.ndarray,
    seconds: float,
    rng: np.random.Generator,
) -> list[int]:
    """Numbers of the beats where faults are, in order, far enough from each other and the ends."""
    mean = float(widths.mean())
    # The longest fault lasts 3 seconds; an early beat begins half a beat before its place.
    spacing = int(np.ceil(3 / mean)) + 3
    usable = np.flatnonzero((peaks > 2 * mean) & (peaks < seconds - 3 - mean))
    free = len(usable) - (faults - 1) * (spacing - 1)
    if faults and free < faults:
        fitting = max(0, (len(usable) + spacing - 1) // spacing)
        raise ValueError(
            f"faults is {faults}; in {seconds:g} seconds there is room for {fitting} with normal "
            "beats between them. Make the signal longer."
        )
    if not faults:
        return []
    chosen = np.sort(rng.choice(free, faults, replace=False)) + np.arange(faults) * (spacing - 1)
    return [int(place) for place in usable[chosen]]


def _fault(
    kind: str,
    place: int,
    peaks: np.ndarray,
    widths: np.ndarray,
    time: np.ndarray,
    clean: np.ndarray,
    rng: np.random.Generator,
) -> tuple[int, int, np.ndarray]:
    """First and last sample (not included) of a fault, and what it adds to the clean signal."""
    peak, width = peaks[place], widths[place]
    # A beat, from before its first bump to the end of its last.
    begin, end = peak - 0.32 * width, peak + 0.46 * width
    change = np.zeros_like(clean)
    if kind in ("missed beat", "wrong amplitude", "early beat"):
        factor = {"missed beat": 0.0, "wrong amplitude": rng.choice([0.5, 1.6]), "early beat": 0.0}
        _add_beat(change, time, peak, width, factor[kind] - 1)
        if kind == "early beat":
            early = width / 3
            _add_beat(change, time, peak - early, width)
            begin -= early
    elif kind == "baseline drift":
        end = begin + rng.uniform(2, 3)
        hump = np.sin(np.pi * (time - begin) / (end - begin))
        change = rng.choice([-0.5, 0.5]) * np.where((time >= begin) & (time < end), hump, 0)
    else:
        end = begin + rng.uniform(0.5, 1.5)
        if kind == "noise burst":
            change = 0.2 * rng.standard_normal(len(time))
        else:
            change = clean[np.searchsorted(time, begin)] - clean
    start, stop = (int(edge) for edge in np.searchsorted(time, [begin, end]))
    return start, stop, change[start:stop]
