"""A synthetic signal that looks like an electrocardiogram (ECG), with labelled faults.

It was not measured on anybody and says nothing about a heart. It is made so that the truth about
every sample is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from utils.data._seeds import seed_parts

# P, Q, R, S and T wave: angle on the circle of a beat, with R at 0; width of the bump in
# radians; height where R is 1. They are the defaults of ECGSYN (see make_ecg_like), where a bump
# of width b is given by a = 1.2, -5, 30, -7.5, 0.75 and rises to about a * b**2.
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
    """The signal and its ground truth.

    Attributes
    ----------
    signal
        Shape ``(samples,)``, without unit; the tallest wave of a normal beat is about 1.
    clean
        The same without faults. Outside the faults the two are equal.
    faulty
        Shape ``(samples,)``, true inside a fault.
    segments
        One row per fault, in the order of time: ``start`` and ``stop`` (samples, the second not
        included) and ``kind``, one of :data:`FAULTS`.
    beats
        Samples of the tallest wave of each beat of the clean signal.
    rate
        Samples per second.
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
    seed: int | tuple[int, ...] = 0,
) -> EcgLike:
    """Make a signal with a given number of faults.

    A beat is a sum of five bumps (Gaussian curves). The time between beats varies by a few per
    cent, with breathing (0.25 Hz), with the slower wave of blood pressure (0.1 Hz) and at random;
    the baseline moves a little with breathing, and white noise is added. All this is normal. The
    faults are shared equally among the kinds, at random positions with at least two normal beats
    between them:

    - ``"missed beat"``: no beat where one should be;
    - ``"early beat"``: a beat too early by a third of its duration, the next one on time;
    - ``"wrong amplitude"``: a beat at 0.5 or 1.6 times its height;
    - ``"noise burst"``: noise of standard deviation 0.2 for 0.5 to 1.5 seconds;
    - ``"baseline drift"``: up or down by 0.5 and back, in two to three seconds;
    - ``"flat line"``: the signal keeps its value for 0.5 to 1.5 seconds.

    Parameters
    ----------
    seconds
        Length of the signal, 1 or more.
    faults
        How many; does not change ``clean``.
    kinds
        Which of :data:`FAULTS`.
    rate
        Samples per second, 50 or more: the tallest wave is about 0.05 seconds wide.
    heart_rate
        Beats per minute, 20 to 200.
    noise
        Standard deviation of the white noise.
    seed
        Of everything random; an integer, 0 or more, or a tuple of them.

    Raises
    ------
    ValueError
        If a number is out of range, a kind is unknown, or that many faults do not fit.

    References
    ----------
    P. E. McSharry, G. D. Clifford, L. Tarassenko and L. A. Smith (2003), "A dynamical model for
    generating synthetic electrocardiogram signals", IEEE Transactions on Biomedical Engineering
    50(3). Its differential equation is left out.
    """
    if not rate >= 50:
        raise ValueError(f"rate is {rate}; it must be 50 or more, or the tallest wave is missed.")
    if not 20 <= heart_rate <= 200:
        raise ValueError(f"heart_rate is {heart_rate}; it must be from 20 to 200 beats per minute.")
    if not (noise >= 0 and faults >= 0):
        raise ValueError(f"noise is {noise} and faults is {faults}; both must be 0 or more.")
    if not kinds or not set(kinds) <= set(FAULTS):
        raise ValueError(f"kinds is {list(kinds)}; choose from {', '.join(FAULTS)}.")
    if not seconds >= 1:
        raise ValueError(f"seconds is {seconds}; it must be 1 or more.")

    # The clean signal and the faults have separate generators.
    rng, fault_rng = np.random.default_rng(seed_parts(seed)).spawn(2)
    samples = round(seconds * rate)
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
    """Time of each beat and its duration, in seconds; some lie outside the signal."""
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
    """Add the five bumps of a beat to a signal."""
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
    """Indices of the beats where faults begin, far enough from each other and from the ends."""
    mean = float(widths.mean())
    # The longest fault lasts 3 seconds; an early beat begins before its regular time.
    spacing = int(np.ceil(3 / mean)) + 3
    usable = np.flatnonzero((peaks > 2 * mean) & (peaks < seconds - 3 - mean))
    free = len(usable) - (faults - 1) * (spacing - 1)
    if faults and free < faults:
        fitting = max(0, (len(usable) + spacing - 1) // spacing)
        raise ValueError(
            f"faults is {faults}; {seconds:g} seconds have room for {fitting} with normal beats "
            "between them, so make the signal longer."
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
    """First sample of a fault, the sample after its last, and what it adds to the clean signal."""
    peak, width = peaks[place], widths[place]
    # A beat, from before its first bump to the end of its last.
    begin, end = peak - 0.32 * width, peak + 0.46 * width
    change = np.zeros_like(clean)
    if kind in ("missed beat", "wrong amplitude", "early beat"):
        other = rng.choice([0.5, 1.6])  # drawn even where unused: one draw for each of these kinds
        _add_beat(change, time, peak, width, (other if kind == "wrong amplitude" else 0.0) - 1)
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
